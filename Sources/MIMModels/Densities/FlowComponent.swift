import MIMTensor

/// A density of items alone, p(x) without codes that are inferred: what `model flow` trains by maximum likelihood.
public protocol FlowComponent: Component {
  /// What it is, for `show`: `5 masked autoregressive flows`.
  var description: String { get }
  /// Throws `ModelError.unusableOption` where it doesn't fit the items.
  func validate(beside specification: ModelSpecification) throws
  /// Its arrays and density for items.
  func density(for specification: ModelSpecification) -> any DataDensity
}

extension FlowComponent {
  /// It fits everything.
  public func validate(beside specification: ModelSpecification) throws {}
}

/// p(x) of a model of data alone.
public protocol DataDensity: Sendable {
  /// Its arrays.
  var parameters: [ParameterDeclaration] { get }
  /// What they are, for the summary.
  var layers: [LayerDescription] { get }
  /// p(x) for a batch. `statistics` is what batch normalisation goes by; those of a batch mean a step of training.
  func distribution(
    in graph: Graph, batch: Int, statistics: NormalizationStatistics
  ) -> any Distribution
  /// Whether items have codes u, `[batch, D]`, with u ~ N(0, I).
  var hasCodes: Bool { get }
  /// The codes of items `[batch, D]`. Precondition: they have some.
  func codes(of x: Tensor) -> Tensor
  /// Items `[n, D]` of codes; where items have none, as many items of fresh noise.
  func items(
    of codes: HostArray<Float>, _ parameters: [String: HostArray<Float>], seed: UInt64, threads: Int
  ) throws -> HostArray<Float>
}

/// `flow=`
public enum FlowSlot: ComponentSlot {
  /// The option's name.
  public static let option = "flow"
  /// As any component.
  public static func component(_ member: any FlowComponent) -> any Component { member }
  /// Those of the catalogue.
  public static func types(in catalog: Catalog) -> [any Component.Type] { catalog.flows }
}

/// What was chosen for p(x).
public typealias FlowChoice = Choice<FlowSlot>
