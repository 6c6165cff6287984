import MIMTensor

/// The family of p(x|z).
public protocol LikelihoodComponent: Component {
  /// Why it doesn't fit values of this kind, with a way out; nil where it does.
  func misfit(_ kind: ValueKind) -> String?
  /// Throws `ModelError.unusableOption` where it doesn't fit the rest of the model.
  func validate(beside specification: ModelSpecification) throws
  /// Whether its values are 0 or 1.
  var isBinary: Bool { get }
  /// Whether the densities of all pairs of x and z cost little more than those of one x for each z.
  var hasFastPairs: Bool { get }
  /// The last layer of a perceptron: features `[batch, inputs]` become p(x|z) over `outputs` values. `minScale` is the floor of scales.
  func head(name: String, inputs: Int, outputs: Int, minScale: Float) -> any DistributionHead
  /// The form that it has behind a gated decoder; nil where it has none.
  var gatedForm: GatedForm? { get }
}

extension LikelihoodComponent {
  /// Nil: it fits.
  public func misfit(_ kind: ValueKind) -> String? { nil }
  /// It fits everything.
  public func validate(beside specification: ModelSpecification) throws {}
  /// False.
  public var isBinary: Bool { false }
  /// False.
  public var hasFastPairs: Bool { false }
  /// Nil.
  public var gatedForm: GatedForm? { nil }
}

/// p(x|z) behind a gated decoder (see `PixelHead`).
public struct GatedForm: Sendable {
  /// Whether it has a log-variance beside the mean.
  let hasLogVariance: Bool
  /// How a PixelCNN's pixels are drawn column by column; nil: only one by one.
  let pixelDraw: PixelNetwork.PixelDraw?
  /// The distribution of the outputs for mean and log-variance, `[batch, item]` each.
  let distribution: @Sendable (_ outputs: [Tensor]) -> any Distribution

  /// Of a family of one's own.
  public init(
    hasLogVariance: Bool,
    distribution: @escaping @Sendable (_ outputs: [Tensor]) -> any Distribution
  ) {
    self.init(hasLogVariance: hasLogVariance, pixelDraw: nil, distribution: distribution)
  }

  init(
    hasLogVariance: Bool, pixelDraw: PixelNetwork.PixelDraw?,
    distribution: @escaping @Sendable (_ outputs: [Tensor]) -> any Distribution
  ) {
    self.hasLogVariance = hasLogVariance
    self.pixelDraw = pixelDraw
    self.distribution = distribution
  }
}

/// `likelihood=`
public enum LikelihoodSlot: ComponentSlot {
  /// The option's name.
  public static let option = "likelihood"
  /// As any component.
  public static func component(_ member: any LikelihoodComponent) -> any Component { member }
  /// Those of the catalogue.
  public static func types(in catalog: Catalog) -> [any Component.Type] { catalog.likelihoods }
}

/// What was chosen for p(x|z).
public typealias LikelihoodChoice = Choice<LikelihoodSlot>
