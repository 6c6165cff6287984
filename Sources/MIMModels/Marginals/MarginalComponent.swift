import MIMTensor

/// What stands for q(x), the density of the data in MIM.
public protocol MarginalComponent: Component {
  /// What it is, for `show`: `anchor, the known density of the data`.
  var description: String { get }
  /// Whether it is the known density of the data, which only toys have.
  var isDataAnchor: Bool { get }
  /// Whether it is made of p(x|z) and p(z): the importance-sampled marginal of the decoder.
  var isEstimated: Bool { get }
  /// Throws `ModelError.unusableOption` where it doesn't fit the rest of the model.
  func validate(beside specification: ModelSpecification) throws
  /// Its arrays and density in a model; nil for the importance-sampled one, and where a known density that it needs isn't there.
  func density(
    for specification: ModelSpecification, known: MixtureDensity?
  ) -> (any MarginalDensity)?
}

extension MarginalComponent {
  /// False.
  public var isDataAnchor: Bool { false }
  /// False.
  public var isEstimated: Bool { false }
  /// It fits everything.
  public func validate(beside specification: ModelSpecification) throws {}
}

/// q(x) of a model.
public protocol MarginalDensity: Sendable {
  /// Its arrays.
  var parameters: [ParameterDeclaration] { get }
  /// What they are, for the summary.
  var layers: [LayerDescription] { get }
  /// log q(x) in nats, `[batch]`, of x `[batch, item]`. `decode` gives p(x|z) of codes `[K, latent]`.
  func logDensity(of x: Tensor, decode: (Tensor) -> any Distribution) -> Tensor
}

/// `qx=`
public enum MarginalSlot: ComponentSlot {
  /// The option's name.
  public static let option = "qx"
  /// As any component.
  public static func component(_ member: any MarginalComponent) -> any Component { member }
  /// Those of the catalogue.
  public static func types(in catalog: Catalog) -> [any Component.Type] { catalog.marginals }
}

/// What was chosen for q(x).
public typealias MarginalChoice = Choice<MarginalSlot>

extension MarginalComponent {
  /// Throws for two levels, and for data of 0 and 1.
  func requireRealFlat(_ specification: ModelSpecification) throws {
    try specification.require(
      specification.levels == 1, MarginalSlot.option, text,
      "two levels work only with qx=marginal or qx=vampprior(500)")
    try specification.require(
      !specification.likelihood.component.isBinary
        || !specification.objective.component.needsDensities,
      MarginalSlot.option, text,
      "a Gaussian density isn't suitable for binary values; use qx=marginal")
  }
}
