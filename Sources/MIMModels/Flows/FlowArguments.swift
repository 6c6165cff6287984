/// What every flow takes: how many steps, and the widths of its networks.
enum FlowArguments {
  static let count = ComponentArgument("K", .integer(1...64), usual: .integer(4), "steps")
  static let hidden = ComponentArgument(
    "hidden", .integer(1...8192), usual: .integer(64), isNamed: true,
    "units of each of the two hidden layers of a step's networks")

  static let normalization = ComponentArgument(
    "norm",
    .word([
      ArgumentWord("batch", [], "by the batch in training, by running averages otherwise"),
      ArgumentWord("none", [], "none"),
    ]), usual: .word("batch", [:]), isNamed: true, "normalisation between the steps")

  /// The most units that a training step of symmetric MIM undoes one after another, in all steps of a flow: more take seconds.
  private static let mostInversions = 200

  /// Throws `unusableOption` where the decoder branch of the objective takes the slow way through too many units: the density of
  /// given codes, or of a prior its draws.
  static func requireFeasible(
    _ values: ArgumentValues, size: Int, beside specification: ModelSpecification,
    _ option: String, _ text: String, instead: String
  ) throws {
    let inversions = values.flows * size
    let objective = specification.tracedObjective
    let isSlow =
      objective.hasDecoderBranch || option == PriorSlot.option && objective.sampling.drawsPrior
    try specification.require(
      !isSlow || inversions <= mostInversions, option, text,
      "\(objective.hasDecoderBranch ? "the decoder branch of " : "")`\(specification.objective.word)` passes it unit by unit, \(values.flows) × \(size) units "
        + "in each step, and takes at most \(mostInversions); use \(instead)")
  }

  static func values(_ count: Int, _ hidden: Int, _ isNormalized: Bool) -> ArgumentValues {
    [
      "K": .integer(count), "hidden": .integer(hidden),
      "norm": .word(isNormalized ? "batch" : "none", [:]),
    ]
  }

  static func values(_ count: Int) -> ArgumentValues { ["K": .integer(count)] }

  static func values(_ count: Int, hidden: Int) -> ArgumentValues {
    ["K": .integer(count), "hidden": .integer(hidden)]
  }
}

extension ArgumentValues {
  /// The steps of a flow.
  var flows: Int { integer("K") }
  /// The units of a hidden layer of a flow.
  var hidden: Int { integer("hidden") }
}
