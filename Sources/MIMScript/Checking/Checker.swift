/// Finds, before anything runs, what is wrong with a program: names, verbs, options, types,
/// literal values, and what the verbs' own `infer` knows of shapes and data kinds.
///
/// It is fed cell after cell, or statement after statement; what it learns of each name stays.
public struct Checker: Sendable {
  /// The verbs.
  public let table: HostTable
  /// What is known of the names bound so far.
  public private(set) var names: [String: StaticValue]
  /// Values given from outside to `param` lines.
  public let overrides: [String: ParameterOverride]
  /// The names declared by `param` lines so far.
  public private(set) var parameters: [String] = []

  /// Makes a checker that starts from what a session knows (`Interpreter.staticNames`).
  public init(
    table: HostTable, names: [String: StaticValue] = [:],
    overrides: [String: ParameterOverride] = [:]
  ) {
    self.table = table
    self.names = names
    self.overrides = overrides
  }

  /// Tells the checker of a name bound from outside: a front-matter parameter.
  public mutating func bind(_ name: String, to value: StaticValue) {
    names[name] = value
  }

  /// Checks statements and learns the names they bind.
  /// - Returns: every mistake, in the order of the text; empty: the statements may run.
  public mutating func check(_ program: Program) -> [ScriptError] {
    []
  }
}
