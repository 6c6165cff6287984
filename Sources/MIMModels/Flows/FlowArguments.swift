/// What every flow takes: how many steps, and the widths of its networks.
enum FlowArguments {
  static let count = ComponentArgument("K", .integer(1...64), usual: .integer(4), "steps")
  static let hidden = ComponentArgument(
    "hidden", .integer(1...8192), usual: .integer(64), isNamed: true,
    "units of each of the two hidden layers of a step's networks")

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
