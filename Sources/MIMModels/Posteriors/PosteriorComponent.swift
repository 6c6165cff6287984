import MIMTensor

/// The family of q(z|x).
public protocol PosteriorComponent: Component {
  /// Whether it has a density, which every objective but reconstruction alone needs. A point has none.
  var hasDensity: Bool { get }
  /// Whether it is a diagonal Gaussian, which gated encoders and a VampPrior need.
  var isDiagonalGaussian: Bool { get }
  /// Whether its codes are from a codebook.
  var isQuantized: Bool { get }
  /// The fewest vectors of training items that it can do with.
  var leastItems: Int { get }
  /// Whether its units are independent given x, with a density for each.
  var hasIndependentUnits: Bool { get }
  /// Throws `ModelError.unusableOption` where it doesn't fit the rest of the model.
  func validate(beside specification: ModelSpecification) throws
  /// The last layer of an encoder: features `[batch, inputs]` become q(z|x) over `outputs` units. `minScale` is the floor of scales.
  func head(name: String, inputs: Int, outputs: Int, minScale: Float) -> any DistributionHead
}

extension PosteriorComponent {
  /// True.
  public var hasDensity: Bool { true }
  /// False.
  public var isDiagonalGaussian: Bool { false }
  /// False.
  public var isQuantized: Bool { false }
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
