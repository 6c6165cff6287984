/// Lays out errors for people and for programs, in one place.
public enum Diagnostics {
  /// The text of an error: code and sentence, place, source line, caret with label, notes.
  /// - Parameters:
  ///   - width: columns of the terminal; long source lines are cut around the caret.
  ///   - color: whether to use terminal colours; the text is the same without.
  ///   - isFolded: whether sentences and notes break at blanks, for people at a terminal; in logs they stay whole.
  public static func render(
    _ error: ScriptError, width: Int = 100, color: Bool = false, isFolded: Bool = false
  ) -> String {
    let paint = Paint(isOn: color)
    let head = error.kind == .interrupted ? "stopped" : "error \(error.code)"
    let room = isFolded ? width : .max
    var lines = TextWidth.folded("\(head): " + TextWidth.harmless(error.message), to: room)
    lines[0] = paint.alert(head) + lines[0].dropFirst(head.count)
    if let span = error.span {
      if let place = place(span) { lines.append("  " + paint.faint(place)) }
      lines += excerpt(span, label: error.label, width: width, paint)
    } else if let label = error.label {
      lines.append("  " + TextWidth.harmless(label))
    }
    lines += error.notes.flatMap { note(TextWidth.harmless($0), width: room) }
    return lines.joined(separator: "\n")
  }

  /// A note, broken at blanks; code to copy stays in one line.
  private static func note(_ text: String, width: Int) -> [String] {
    let line = "  " + text
    return text.hasPrefix("try: ") ? [line] : TextWidth.folded(line, to: width)
  }

  /// Several errors with empty lines between them.
  public static func render(_ errors: [ScriptError], width: Int = 100, color: Bool = false)
    -> String
  {
    errors.map { render($0, width: width, color: color) }.joined(separator: "\n\n")
  }

  /// The error as `--json` and run.json hold it: code, line, column, message.
  public static func json(_ error: ScriptError) -> JSON {
    let position = error.span?.position
    return .object([
      ("code", .string(error.code)),
      ("line", position.map { .number(Double($0.line)) } ?? .null),
      ("column", position.map { .number(Double($0.column)) } ?? .null),
      ("message", .string(error.label.map { "\(error.message): \($0)" } ?? error.message)),
    ])
  }

  /// `fig2.mimnb:41:20 (cell toy-sweep)`; at the prompt the line above is place enough.
  private static func place(_ span: Span) -> String? {
    guard span.source.name != "<prompt>" else { return nil }
    let position = span.position
    let cell = span.source.cell.map { " (cell \($0))" } ?? ""
    return TextWidth.harmless("\(span.source.name):\(position.line):\(position.column)\(cell)")
  }

  // MARK: The source line

  private static func excerpt(
    _ span: Span, label: String?, width: Int, _ paint: Paint
  ) -> [String] {
    let line = span.lineRange
    let marked = min(max(span.range.lowerBound, line.range.lowerBound), line.range.upperBound)
    let end = min(span.range.upperBound, line.range.upperBound)
    func text(_ range: Range<Int>) -> String { TextWidth.harmless(Span(span.source, range).text) }
    var before = text(line.range.lowerBound..<max(marked, line.range.lowerBound))
    let middle = text(marked..<max(marked, end))
    let after = text(max(marked, end)..<line.range.upperBound)
    let number = String(line.number)
    let gutter = String(repeating: " ", count: max(0, 4 - number.count)) + number
    let room = max(20, width - TextWidth.columns(gutter) - 3)
    before = window(before, room: room - min(room / 2, TextWidth.columns(middle)))
    let shown = TextWidth.truncated(before + middle + after, to: room)
    let carets = min(max(1, TextWidth.columns(middle)), max(1, room - TextWidth.columns(before)))
    let blanks = String(repeating: " ", count: gutter.count)
    let mark =
      String(repeating: " ", count: TextWidth.columns(before))
      + paint.alert(String(repeating: "^", count: carets))
    let words = label.map { " " + TextWidth.harmless($0) } ?? ""
    return ["\(gutter) │ \(shown)", "\(blanks) │ \(mark)\(words)"]
  }

  /// The end of what stands before the caret, where a long line has to be cut.
  private static func window(_ before: String, room: Int) -> String {
    guard TextWidth.columns(before) > room else { return before }
    var kept = ""
    for character in before.reversed() {
      if TextWidth.columns(kept) + TextWidth.columns(character) > max(4, room / 2) { break }
      kept = String(character) + kept
    }
    return "…" + kept
  }

  /// Terminal colours, or none.
  private struct Paint {
    let isOn: Bool
    func alert(_ text: String) -> String { isOn ? "\u{1B}[1;31m\(text)\u{1B}[0m" : text }
    func faint(_ text: String) -> String { isOn ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
  }
}
