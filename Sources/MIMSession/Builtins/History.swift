import MIMScript

extension HostFunction {
  static let history = HostFunction(
    "history", group: .session, summary: "list the statements of this session",
    options: [
      Parameter(
        "n", .integer(1...1_000_000), default: .number(20), "how many of the latest statements")
    ],
    result: "a page of text", example: "history n=50", seeAlso: ["help"],
    depends: .session
  ) { call in
    let entries = try call.session.log.entries
    var count = 20
    if case .number(let number)? = call.options["n"] { count = Int(exactly: number) ?? count }
    let first = max(0, entries.count - count)
    let digits = String(entries.count).count
    let lines = entries[first...].enumerated().flatMap { index, entry in
      numbered(entry.text, first + index + 1, digits: digits)
    }
    return .object(TextPage(lines: lines.isEmpty ? ["no statements yet"] : lines))
  }

  /// The lines of a statement, the first with its number.
  private static func numbered(_ text: String, _ number: Int, digits: Int) -> [String] {
    let label = String(number)
    let margin = String(repeating: " ", count: digits + 2)
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
      $0 == 0 ? margin.dropLast(label.count + 2) + label + "  " + $1 : margin + $1
    }
  }
}
