/// A notebook's file as checked, normalised text cut into lines.
struct NotebookText {
  /// The whole text, LF line ends, no byte order mark.
  let source: Source
  /// Its lines without their ends.
  let lines: [Line]

  /// One line and where it begins.
  struct Line {
    /// The text without its end.
    let text: Substring
    /// Counted from 1.
    let number: Int
    /// UTF-8 offset of its first character in the whole text.
    let offset: Int
  }

  /// Checks and cuts a file's bytes. A script may be empty, a notebook not.
  init(bytes: [UInt8], name: String, mayBeEmpty: Bool = false) throws(NotebookErrors) {
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    let normalised = NotebookText.withLineFeeds(body)
    let text = try NotebookText.decoded(normalised, name: name)
    if !mayBeEmpty { try NotebookText.requireContent(text, name: name) }
    source = Source(name: name, text: text)
    var lines: [Line] = []
    var offset = 0
    for (index, line) in text.utf8.split(separator: 10, omittingEmptySubsequences: false)
      .enumerated()
    {
      lines.append(Line(text: Substring(line), number: index + 1, offset: offset))
      offset += line.count + 1
    }
    if lines.count > 1, lines.last?.text.isEmpty == true { lines.removeLast() }
    self.lines = lines
  }

  /// The span of a whole line.
  func span(_ line: Line) -> Span {
    Span(source, line.offset..<line.offset + line.text.utf8.count)
  }

  private static func withLineFeeds(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var wasReturn = false
    for byte in bytes {
      if byte == 13 {
        result.append(10)
      } else if byte != 10 || !wasReturn {
        result.append(byte)
      }
      wasReturn = byte == 13
    }
    return result
  }

  private static func decoded(_ bytes: [UInt8], name: String) throws(NotebookErrors) -> String {
    if let position = bytes.firstIndex(of: 0) {
      throw unreadable(
        "E602", "this is not a text file: it contains a NUL byte", bytes, position, name)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let position = firstInvalid(bytes)
      throw unreadable("E601", "this is not UTF-8 text", bytes, position, name)
    }
    return text
  }

  private static func requireContent(_ text: String, name: String) throws(NotebookErrors) {
    guard text.allSatisfy(\.isWhitespace) else { return }
    let error = ScriptError(
      "E610", "`\(name)` is empty", kind: .check,
      notes: ["a notebook is Markdown with ```mim cells; see docs/notebook-format.md"])
    throw NotebookErrors(errors: [error])
  }

  /// The place is shown in a repaired copy of the text, cut so that the offending byte is last.
  private static func unreadable(
    _ code: String, _ message: String, _ bytes: [UInt8], _ position: Int, _ name: String
  ) -> NotebookErrors {
    let start = bytes[..<position].lastIndex(of: 10).map { $0 + 1 } ?? 0
    let lineNumber = bytes[..<start].count { $0 == 10 } + 1
    let before = String(decoding: bytes[start..<position], as: UTF8.self)
    let source = Source(name: name, text: before + "\u{FFFD}", firstLine: lineNumber)
    let end = before.utf8.count
    let error = ScriptError(
      code, message, kind: .check, at: Span(source, end..<end + 3),
      label: "byte \(hexadecimal(bytes[position])) at offset \(position)",
      notes: ["save the file as UTF-8 text"])
    return NotebookErrors(errors: [error])
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "0x" + (digits.utf8.count < 2 ? "0" : "") + digits
  }

  private static func firstInvalid(_ bytes: [UInt8]) -> Int {
    var position = 0
    var iterator = bytes[...].makeIterator()
    var decoder = UTF8()
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): position += UTF8.width(scalar)
      case .emptyInput, .error: return min(position, bytes.count - 1)
      }
    }
  }
}
