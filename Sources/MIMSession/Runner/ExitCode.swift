import MIMScript

/// The exit codes of `mim-repl`.
public enum ExitCode: Int32, Sendable {
  /// All went well.
  case ok = 0
  /// A cell, a statement or a sweep row failed, or a reference number is off.
  case failure = 1
  /// Wrong usage: an option, a parameter, a missing file of the command line.
  case usage = 2
  /// Does not parse or does not pass the checks.
  case check = 3
  /// Data is missing or its checksum differs.
  case data = 4
  /// A kept result is missing that the command line asks for, or the results differ from those of another run.
  case stale = 5
  /// Something was not written that should have been, or is damaged: a checkpoint, rows of a run store.
  case lost = 6
  /// A time limit was reached.
  case timeout = 124
  /// Ctrl-C.
  case interrupted = 130
  /// The reader of standard output has gone: 128 + SIGPIPE.
  case closedPipe = 141
  /// SIGTERM.
  case terminated = 143

  /// The code that an error asks for.
  public init(_ error: ScriptError) {
    self =
      switch error.kind {
      case .failure: .failure
      case .check: .check
      case .data: .data
      case .interrupted: .interrupted
      }
  }

  /// The code for work that received a request to stop.
  public init(_ cause: Interruption.Cause) {
    self =
      switch cause {
      case .user, .superseded: .interrupted
      case .termination: .terminated
      case .timeout: .timeout
      case .closedPipe: .closedPipe
      }
  }

  /// The code with which a script or `-c` ends.
  public init(_ outcome: Session.Outcome, failedRows: Int = 0) {
    self =
      switch outcome {
      case .finished, .quit: failedRows > 0 ? .failure : .ok
      case .failed(let error): ExitCode(error)
      case .interrupted(let cause): ExitCode(cause)
      }
  }

  /// The code for what was not written, which is told.
  public init(losses session: SessionContext) {
    session.losses.forEach { session.message("not written: \($0)") }
    self = session.losses.isEmpty ? .ok : .lost
  }

  /// The worse of two: the larger number.
  public func worse(_ other: ExitCode) -> ExitCode { rawValue >= other.rawValue ? self : other }
}

/// The end of a command before its work began.
struct Halt: Error {
  let code: ExitCode
  let errors: [ScriptError]

  init(_ code: ExitCode, _ errors: [ScriptError]) {
    self.code = code
    self.errors = errors
  }

  /// Wrong usage.
  static func usage(
    _ message: String, at span: Span? = nil, label: String? = nil, notes: [String] = []
  ) -> Halt {
    Halt(.usage, [ScriptError("E620", message, at: span, label: label, notes: notes)])
  }
}
