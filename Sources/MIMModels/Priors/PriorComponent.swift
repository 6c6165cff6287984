import MIMTensor

/// What stands for p(z); of codes in levels, for that of the top level.
public protocol PriorComponent: Component {
  /// What it is, for `show`: `learned mixture of 3 normals`.
  var description: String { get }
  /// Whether it has a density of its own. Without one it is the encoder's marginal (see `MarginalPrior`).
  var hasDensity: Bool { get }
  /// Whether its units are independent, with a density for each.
  var hasIndependentUnits: Bool { get }
  /// Whether it is of codes of a codebook.
  var isDiscrete: Bool { get }
  /// Whether it is N(0, I).
  var isStandardNormal: Bool { get }
  /// Throws `ModelError.unusableOption` where it doesn't fit the rest of the model.
  func validate(beside specification: ModelSpecification) throws
  /// Its arrays and density in a model; nil where it has none.
  func density(for specification: ModelSpecification) -> (any PriorDensity)?
}

extension PriorComponent {
  /// True.
  public var hasDensity: Bool { true }
  /// False.
  public var hasIndependentUnits: Bool { false }
  /// False.
  public var isDiscrete: Bool { false }
  /// False.
  public var isStandardNormal: Bool { false }
  /// It fits everything.
  public func validate(beside specification: ModelSpecification) throws {}
}

/// p(z) of a model.
public protocol PriorDensity: Sendable {
  /// Its arrays.
  var parameters: [ParameterDeclaration] { get }
  /// What they are, for the summary.
  var layers: [LayerDescription] { get }
  /// Learned inputs that the encoder turns into the components of p(z); nil for others.
  var pseudoInputs: VampPrior? { get }
  /// `count` codes `[count, latent]` of a prior that is drawn from unit by unit, which a plan can't: with the arrays of `store`, the same
  /// for the same seed. Nil for others. Throws where an array is missing or the work is stopped.
  func codes(
    _ count: Int, store: ParameterStore, seed: UInt64, threads: Int
  ) throws -> HostArray<Float>?
  /// Whether arrays take their first values from the codes of the first batch of a training, as `noteFirstValues` notes them.
  var startsFromData: Bool { get }
  /// Notes the first values of arrays that take them from codes `[batch, latent]` of the first batch.
  func noteFirstValues(of codes: Tensor, in noted: StatisticUpdates)
  /// p(z) for a batch. `pseudoInputs` is q(z|u_k), `[K, latent]`, where it has pseudo-inputs u_k, and nil for others.
  func distribution(
    in graph: Graph, batch: Int, pseudoInputs: DiagonalGaussian?
  ) -> any Distribution
}

extension PriorDensity {
  /// Nil.
  public var pseudoInputs: VampPrior? { nil }

  /// No array does.
  public var startsFromData: Bool { false }

  /// There is nothing to note.
  public func noteFirstValues(of codes: Tensor, in noted: StatisticUpdates) {}

  /// Nil.
  public func codes(
    _ count: Int, store: ParameterStore, seed: UInt64, threads: Int
  ) throws -> HostArray<Float>? { nil }
}

/// `prior=`
public enum PriorSlot: ComponentSlot {
  /// The option's name.
  public static let option = "prior"
  /// As any component.
  public static func component(_ member: any PriorComponent) -> any Component { member }
  /// Those of the catalogue.
  public static func types(in catalog: Catalog) -> [any Component.Type] { catalog.priors }
}

/// What was chosen for p(z).
public typealias PriorChoice = Choice<PriorSlot>
