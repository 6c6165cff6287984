import MIMTensor

/// A density of items alone, p(x) without codes that are inferred: what `model flow` trains by maximum likelihood.
public protocol FlowComponent: Component {
  /// What it is, for `show`: `5 masked autoregressive flows`.
  var description: String { get }
  /// Throws `ModelError.unusableOption` where it doesn't fit the items.
  func validate(beside specification: ModelSpecification) throws
  /// Whether its networks are convolutions, whose features take room.
  var isConvolutional: Bool { get }
  /// Its arrays and density for items.
  func density(for specification: ModelSpecification) -> any DataDensity
}

extension FlowComponent {
  /// It fits everything.
  public func validate(beside specification: ModelSpecification) throws {}
  /// They aren't.
  public var isConvolutional: Bool { false }
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
  /// Whether arrays take their first values from the first batch, as `distribution` with the statistics of that notes them.
  var startsFromData: Bool { get }
  /// Whether its log density bounds that of an item from below, by one draw of what fills up bytes.
  var isBound: Bool { get }
  /// Whether a draw with its density takes one pass, so that it can learn from a teacher by its own draws.
  var drawsInOnePass: Bool { get }
  /// How many passes of a network, one after another, the density of a given item takes beside the first; 0 where it takes one pass.
  var inversions: Int { get }
  /// A draw that is made value by value of noise before each; nil for densities that make them in another way.
  func autoregressiveDraw(in graph: Graph, batch: Int, noise: NoiseSource) -> AutoregressiveDraw?
  /// What it says of each value of x `[batch, D]` given those before it; nil where it doesn't go by the order of the values.
  func conditionals(at x: Tensor) -> Conditionals?
  /// Whether items have codes u, `[batch, D]`, with u ~ N(0, I).
  var hasCodes: Bool { get }
  /// The codes of items `[batch, D]`. Precondition: they have some.
  func codes(of x: Tensor) -> Tensor
  /// Items `[n, D]` of codes; where items have none, as many items of fresh noise.
  func items(
    of codes: HostArray<Float>, _ parameters: [String: HostArray<Float>], seed: UInt64, threads: Int
  ) throws -> HostArray<Float>
}

extension DataDensity {
  /// No array does.
  public var startsFromData: Bool { false }
  /// It is exact.
  public var isBound: Bool { false }
  /// It doesn't.
  public var drawsInOnePass: Bool { false }
  /// None.
  public var inversions: Int { 0 }
  /// Nil.
  public func autoregressiveDraw(
    in graph: Graph, batch: Int, noise: NoiseSource
  ) -> AutoregressiveDraw? { nil }
  /// Nil.
  public func conditionals(at x: Tensor) -> Conditionals? { nil }
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
