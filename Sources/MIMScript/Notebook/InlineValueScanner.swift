/// Finds inline values in prose: code spans whose text begins with `{mim}`.
struct InlineValueScanner {
  private let lines: [NotebookText.Line]
  private let readable: Set<Int>
  private let text: NotebookText
  /// The values found, in order.
  private(set) var values: [InlineValue] = []
  /// What is wrong with them.
  private(set) var errors: [ScriptError] = []

  init(lines: [NotebookText.Line], readable: Set<Int>, text: NotebookText) {
    self.lines = lines
    self.readable = readable
    self.text = text
  }

  /// Looks through all lines. An inline value stands on one line.
  mutating func scan() {
    guard let start = lines.first?.offset else { return }
    for line in lines where readable.contains(line.number) {
      scan(line, proseStart: start)
    }
  }

  private mutating func scan(_ line: NotebookText.Line, proseStart: Int) {
    let bytes = Array(line.text.utf8)
    var position = 0
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "\\") {
        position += 2
        continue
      }
      guard bytes[position] == UInt8(ascii: "`") else {
        position += 1
        continue
      }
      let length = runLength(bytes, at: position)
      guard let end = closing(bytes, from: position + length, length: length) else {
        position += length
        continue
      }
      let content = String(decoding: bytes[position + length..<end], as: UTF8.self)
      take(content, position..<end + length, line, proseStart)
      position = end + length
    }
  }

  private mutating func take(
    _ content: String, _ range: Range<Int>, _ line: NotebookText.Line, _ proseStart: Int
  ) {
    let body = FenceScanner.trimmed(content[...])
    guard body.hasPrefix("{mim}") else { return }
    let lower = line.offset + range.lowerBound
    let span = Span(text.source, lower..<line.offset + range.upperBound)
    let words = body.dropFirst(5).split(separator: " ", omittingEmptySubsequences: true)
    guard let name = words.first, let path = InlineValueScanner.path(name) else {
      report("an inline value must be a name, with or without fields, such as `{mim} s.mi`", span)
      return
    }
    let format = words.dropFirst().joined(separator: " ")
    if !format.isEmpty, NumberFormat(printf: format) == nil {
      report("`\(format)` is not a number format such as `%.2f`", span)
      return
    }
    values.append(
      InlineValue(
        range: lower - proseStart..<line.offset + range.upperBound - proseStart, path: path,
        format: format.isEmpty ? nil : format, span: span))
  }

  private mutating func report(_ message: String, _ span: Span) {
    errors.append(
      ScriptError(
        "E608", message, kind: .check, at: span, notes: ["put calls and arithmetic in a cell"])
    )
  }

  /// `s.mi` as its parts; nil when it is anything but names and dots.
  private static func path(_ text: Substring) -> [String]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let areNames = parts.allSatisfy { part in
      part.first.map { $0.isLetter } == true
        && part.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }
    return areNames ? parts.map(String.init) : nil
  }

  private func runLength(_ bytes: [UInt8], at position: Int) -> Int {
    bytes[position...].prefix { $0 == UInt8(ascii: "`") }.count
  }

  private func closing(_ bytes: [UInt8], from start: Int, length: Int) -> Int? {
    var position = start
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "`") {
        let run = runLength(bytes, at: position)
        if run == length { return position }
        position += run
      } else {
        position += 1
      }
    }
    return nil
  }
}
