/// What training minimises, as a choice: the kind of a model.
public protocol ObjectiveComponent: Component {
  /// What is minimised; with `.flip` the joint-entropy regulariser changes sides. Nil where the objective has none to flip.
  func objective(_ entropy: EntropyTreatment) -> Objective?
  /// Why the joint-entropy regulariser can't be flipped; for those that have none.
  var flipProblem: String { get }
  /// Whether it is made of log densities. Reconstruction alone is not: it goes with an encoder that gives a point.
  var needsDensities: Bool { get }
  /// Throws `ModelError.unusableOption` where it doesn't fit the rest of the model.
  func validate(beside specification: ModelSpecification) throws
}

extension ObjectiveComponent {
  /// That there is none.
  public var flipProblem: String { "`\(Self.word)` has no joint-entropy term to flip" }
  /// True.
  public var needsDensities: Bool { true }
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
