import MIMScript

extension HostFunction {
  /// `include "prep.mimnb"`. The session does it (``Inclusion``); this is what help and completion know, and what is said elsewhere.
  static let include = HostFunction(
    "include", group: .session, summary: "run a notebook or script, and have its names",
    positional: [Parameter("FILE", .path, "a notebook (.mimnb) or script (.mim), in quotes")],
    result: "nothing; the names of the file exist afterwards",
    details: [
      "The file runs as `mim-repl run FILE` runs it: kept results are found, the report is written to",
      "out/NAME/. The session goes on with the file's seed. At the prompt and in scripts, on a line of",
      "its own. `mim-repl -i FILE` does the same before the prompt.",
    ],
    example: "include \"prep.mimnb\"", seeAlso: ["who", "load"], depends: .session,
    infer: { call in throw misplaced(call.span) }
  ) { call in throw misplaced(call.span) }

  private static func misplaced(_ span: Span) -> ScriptError {
    ScriptError(
      "E227", "`include` stands on a line of its own, at the prompt or in a script", kind: .check,
      at: span, label: "write: include \"FILE\"",
      notes: [
        "notebooks have no include, nor have scripts under `run` and `check`; `mim-repl FILE.mim` runs a",
        "script that has one",
      ])
  }
}
