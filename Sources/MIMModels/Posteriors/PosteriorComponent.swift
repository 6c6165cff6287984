import MIMTensor

/// The family of q(z|x).
public protocol PosteriorComponent: Component {
  /// Whether it has a density, which every objective but reconstruction alone needs. A point has none.
  var hasDensity: Bool { get }
  /// Whether it is a diagonal Gaussian, which gated encoders and a VampPrior need.
  var isDiagonalGaussian: Bool { get }
  /// Whether its codes are from a codebook.
  var isQuantized: Bool { get }
  /// The units at each place of the map that a convolutional encoder makes; nil where its codes have no places.
  var unitsOfPlace: Int? { get }
  /// Whether its draws know what each channel of a map has of their density (`Draw.logDensityPerChannel`).
  var knowsChannels: Bool { get }
  /// Whether the density of given codes takes so many passes that no measure asks for it.
  var isSlowAtGivenCodes: Bool { get }
  /// The fewest vectors of training items that it can do with.
  var leastItems: Int { get }
  /// Whether its units are independent given x, with a density for each.
  var hasIndependentUnits: Bool { get }
  /// Throws `ModelError.unusableOption` where it doesn't fit the rest of the model.
  func validate(beside specification: ModelSpecification) throws
  /// The last layer of an encoder: features `[batch, inputs]` become q(z|x) over `outputs` units. `minScale` is the floor of scales.
  func head(name: String, inputs: Int, outputs: Int, minScale: Float) -> any DistributionHead
  /// An encoder of codes on the map that `layers` give; nil where codes have no places, or there is no map.
  func mapEncoder(
    _ layers: LayerStack, of specification: ModelSpecification
  ) -> (any EncoderNetwork)?
}

extension PosteriorComponent {
  /// True.
  public var hasDensity: Bool { true }
  /// False.
  public var isDiagonalGaussian: Bool { false }
  /// False.
  public var isQuantized: Bool { false }
  /// Nil.
  public var unitsOfPlace: Int? { nil }
  /// False.
  public var knowsChannels: Bool { false }
  /// False.
  public var isSlowAtGivenCodes: Bool { false }
  /// Nil.
  public func mapEncoder(
    _ layers: LayerStack, of specification: ModelSpecification
  ) -> (any EncoderNetwork)? { nil }
  /// One.
  public var leastItems: Int { 1 }
  /// As a diagonal Gaussian's are.
  public var hasIndependentUnits: Bool { isDiagonalGaussian }
  /// It fits everything.
  public func validate(beside specification: ModelSpecification) throws {}
}

/// `posterior=`
public enum PosteriorSlot: ComponentSlot {
  /// The option's name.
  public static let option = "posterior"
  /// As any component.
  public static func component(_ member: any PosteriorComponent) -> any Component { member }
  /// Those of the catalogue.
  public static func types(in catalog: Catalog) -> [any Component.Type] { catalog.posteriors }
}

/// What was chosen for q(z|x).
public typealias PosteriorChoice = Choice<PosteriorSlot>
