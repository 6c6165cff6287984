import MIMScript

extension HostFunction {
  static let help = HostFunction(
    "help", group: .session, summary: "explain a verb, a topic or an error code",
    positional: [
      Parameter("topic", .anything, repeats: true, isOptional: true, "what to explain")
    ],
    result: "a page of text", example: "help train", seeAlso: ["show"],
    depends: .session
  ) { call in
    let session = try call.session
    let words = call.positional.map(word)
    let width = session.settings.width
    guard !words.isEmpty else {
      return .object(TextPage(lines: session.table.helpOverview()))
    }
    if let lines = session.table.help(for: words) { return .object(TextPage(lines: lines)) }
    if let lines = session.table.helpElsewhere(for: words) {
      return .object(TextPage(lines: lines))
    }
    let near = session.table.helpSuggestions(for: words).map { "`\($0)`" }
    throw ScriptError(
      "E111", "there is no help on `\(words.joined(separator: " ").prefix(width))`",
      at: call.argumentSpans["#0"] ?? call.span,
      label: near.isEmpty ? nil : "did you mean " + near.joined(separator: ", ") + "?",
      notes: ["`help` alone lists everything"])
  }

  private static func word(_ value: Value) -> String {
    switch value {
    case .word(let word): word.name
    case .string(let text): text
    default: value.shortText
    }
  }
}
