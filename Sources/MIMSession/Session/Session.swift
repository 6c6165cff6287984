import MIMScript

/// An interpreter with its names, settings and output: what the prompt, `-c`, files and notebook
/// cells are evaluated in. Not for concurrent use; `interruption` may be used from anywhere.
public final class Session {
  /// How an evaluation ended.
  public enum Outcome: Sendable {
    /// Every statement ran.
    case finished
    /// The text ends inside an open bracket or block: more lines are needed. Nothing ran.
    case incomplete
    /// An error; it was already handed to the output. Statements before it keep their effect.
    case failed(ScriptError)
    /// The user stopped it; the rest of the input was skipped.
    case interrupted(Interruption.Cause)
    /// `quit`.
    case quit
  }

  /// The world of the verbs.
  public let context: SessionContext

  /// Makes a session with the given verbs.
  public init(
    settings: SessionSettings = SessionSettings(), functions: [HostFunction] = builtinFunctions,
    output: any SessionOutput, interruption: Interruption = Interruption()
  ) {
    context = SessionContext(
      settings: settings, functions: functions, output: output, interruption: interruption)
  }

  /// Parses, checks and runs program text statement by statement; shows results and errors.
  public func evaluate(_ source: Source) -> Outcome {
    .incomplete
  }

  /// The bound names, for completion.
  public var names: [String] { [] }

  /// A bound value, for completion and inline values.
  public func value(of name: String) -> Value? { nil }
}
