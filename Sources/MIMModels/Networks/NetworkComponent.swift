/// A network of q(z|x) or p(x|z).
public protocol NetworkComponent: Component {
  /// Whether it sees items as images.
  var isConvolutional: Bool { get }
  /// Whether it can be an encoder.
  static var isEncoder: Bool { get }
  /// Whether it draws pixel after pixel, p(x|z) = Π p(x_i | x_<i, z).
  var isAutoregressive: Bool { get }
  /// The widths of its hidden layers, first layer first; nil where they aren't for a script to choose.
  var widths: [Int]? { get }
  /// What other network a script means that names this one alone, as decoder beside no encoder or the other way round; nil: the
  /// usual one.
  var companion: NetworkChoice? { get }
  /// The non-linearity that is its own; nil: that of the model.
  var ownActivation: String? { get }
  /// Whether it sees the class of every item: as a decoder, p(x|z, y).
  var seesClasses: Bool { get }
  /// Throws `ModelError.unusableOption` where it can't be the encoder (`enc`) or decoder (`dec`) of a model.
  func validate(as option: String, of specification: ModelSpecification) throws
  /// Gated layers that make features of items. Of several levels the top one sees a wider surrounding.
  func gatedItems(
    _ name: String, isTop: Bool, of specification: ModelSpecification
  ) -> LayerStack
  /// A decoder of gated layers; the levels of codes enter through the layers named `codes`.
  func gatedDecoder(
    codes: [String], of specification: ModelSpecification
  ) -> any DecoderNetwork
}

extension NetworkComponent {
  /// False.
  public var isConvolutional: Bool { false }
  /// True.
  public static var isEncoder: Bool { true }
  /// False.
  public var isAutoregressive: Bool { false }
  /// Nil.
  public var widths: [Int]? { nil }
  /// Nil.
  public var companion: NetworkChoice? { nil }
  /// Nil.
  public var ownActivation: String? { nil }
  /// False.
  public var seesClasses: Bool { false }
}

/// `enc=` and `dec=`
public enum NetworkSlot: ComponentSlot {
  /// The option's name.
  public static let option = "enc/dec"
  /// As any component.
  public static func component(_ member: any NetworkComponent) -> any Component { member }
  /// Those of the catalogue.
  public static func types(in catalog: Catalog) -> [any Component.Type] { catalog.networks }
}

/// What was chosen for an encoder or a decoder.
public typealias NetworkChoice = Choice<NetworkSlot>

/// The non-linearity between layers.
public enum ActivationKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// Hyperbolic tangent.
  case tanh
  /// max(0, x).
  case relu
  /// x · σ(x) (Ramachandran, Zoph and Le 2017, arXiv:1710.05941).
  case swish
}
