/// A value given from outside for a `param` line: `-P epochs=5`, or a line of a parameter file.
public enum ParameterOverride: Sendable {
  /// Text of the command line, read as the type of the parameter's default.
  case text(String)
  /// A value.
  case value(Value)
}
