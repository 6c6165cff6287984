import MIMScript

extension HostFunction {
  /// `recover`. The session does it (``Recovery``); this is what help and completion know, and what is said elsewhere.
  static let recover = HostFunction(
    "recover", group: .session, summary: "run the statements of an earlier session again",
    positional: [
      Parameter(
        "WHICH", .integer(1...20), isOptional: true,
        "1: the session that ended last (the default), 2: the one before it …")
    ],
    result: "nothing; the names of that session exist afterwards",
    details: [
      "Whatever ends a session at the prompt (quit, a closed terminal, a crash, a power cut), its statements are in",
      "$XDG_STATE_HOME/mim-repl/sessions/. recover runs those again that give names their values, with that",
      "session's seed, so that they have the same numbers. What took a second or more is found in the cache, a train",
      "with checkpoint= continues where its file ends, and rows of sweeps are in the run store. The last 20 sessions are kept; each file is a script.",
    ],
    example: "recover", seeAlso: ["history", "include", "who"], depends: .session,
    infer: { call in throw misplacedRecovery(call.span) }
  ) { call in throw misplacedRecovery(call.span) }

  /// The error of a `recover` anywhere but at the prompt.
  static func misplacedRecovery(_ span: Span) -> ScriptError {
    ScriptError(
      "E227", "`recover` stands on a line of its own, at the prompt", kind: .check, at: span,
      label: "write: recover",
      notes: [
        "the statements of earlier sessions are scripts in $XDG_STATE_HOME/mim-repl/sessions/"
      ])
  }
}
