/// What training minimises, as a choice: the kind of a model.
public protocol ObjectiveComponent: Component {
  /// What is minimised; with `.flip` the joint-entropy regulariser changes sides. Nil where the objective has none to flip.
  func objective(_ entropy: EntropyTreatment) -> Objective?
  /// Why the joint-entropy regulariser can't be flipped; for those that have none.
  var flipProblem: String { get }
  /// Whether it is made of log densities. Reconstruction alone is not: it goes with an encoder that gives a point.
  var needsDensities: Bool { get }
  /// Whether the model is a density of items alone (`flow=`), without encoder, decoder and prior.
  var modelsItemsAlone: Bool { get }
  /// Whether the model is an encoder alone, z = E(x): nothing is decoded or drawn, and no density is known.
  static var encodesAlone: Bool { get }
  /// What an encoder alone compares in training; nil for others.
  func comparison(for specification: ModelSpecification) -> CodeComparison?
  /// The posterior where a script chooses none; nil: a normal one, or a point where no density is needed.
  var usualPosterior: PosteriorChoice? { get }
  /// The prior where a script chooses none; nil: N(0, I).
  var usualPrior: PriorChoice? { get }
  /// Networks of its own that are trained beside the model; nil: none.
  func adversary(for specification: ModelSpecification) -> (any Adversary)?
  /// Whether the model sees the class of every item.
  static var needsLabels: Bool { get }
  /// The units of codes that hold the class of an item of so many classes, beside those that `z=` gives.
  func labelUnits(classes: Int) -> Int
  /// Throws `ModelError.unusableOption` where it doesn't fit the rest of the model.
  func validate(beside specification: ModelSpecification) throws
}

extension ObjectiveComponent {
  /// That there is none.
  public var flipProblem: String { "`\(Self.word)` has no joint-entropy term to flip" }
  /// True.
  public var needsDensities: Bool { true }
  /// False.
  public var modelsItemsAlone: Bool { false }
  /// False.
  public static var encodesAlone: Bool { false }
  /// Nil.
  public func comparison(for specification: ModelSpecification) -> CodeComparison? { nil }
  /// Nil.
  public var usualPosterior: PosteriorChoice? { nil }
  /// Nil.
  public var usualPrior: PriorChoice? { nil }
  /// None.
  public func adversary(for specification: ModelSpecification) -> (any Adversary)? { nil }
  /// False.
  public static var needsLabels: Bool { false }
  /// None.
  public func labelUnits(classes: Int) -> Int { 0 }
  /// It fits everything.
  public func validate(beside specification: ModelSpecification) throws {}
}

/// The kind of a model, the first word behind `model`.
public enum ObjectiveSlot: ComponentSlot {
  /// The option's name.
  public static let option = "kind"
  /// As any component.
  public static func component(_ member: any ObjectiveComponent) -> any Component { member }
  /// Those of the catalogue.
  public static func types(in catalog: Catalog) -> [any Component.Type] { catalog.objectives }
}

/// What was chosen as objective.
public typealias ObjectiveChoice = Choice<ObjectiveSlot>

/// What happens to the joint-entropy regulariser.
public enum EntropyTreatment: String, Sendable, Hashable, Codable, CaseIterable {
  /// The objective as it is.
  case keep
  /// VAE + H: the encoding joint's entropy is added; MIM − H: that of the mixture is removed.
  case flip
}
