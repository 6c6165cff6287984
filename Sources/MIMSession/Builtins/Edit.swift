import MIMScript

extension HostFunction {
  /// `edit`. The prompt does it, which has the terminal; this is what help and completion know, and what is said elsewhere.
  static let edit = HostFunction(
    "edit", group: .session,
    summary: "open the last statement in your editor, and run what you save",
    positional: [
      Parameter(
        "NUMBER", .integer(1...1_000_000), isOptional: true,
        "the number of a statement in `history`; by default the last input")
    ],
    result: "that of the statements",
    details: [
      "The editor is $VISUAL or $EDITOR. What you save runs when the editor is closed; nothing runs if you",
      "don't save. Only at the prompt.",
    ],
    example: "edit", seeAlso: ["history"], depends: .session,
    infer: { call in throw misplacedEdit(call.span) }
  ) { call in throw misplacedEdit(call.span) }

  private static func misplacedEdit(_ span: Span) -> ScriptError {
    ScriptError(
      "E231", "`edit` works at the prompt of a terminal, on a line of its own", kind: .check,
      at: span, label: "leave it out")
  }
}
