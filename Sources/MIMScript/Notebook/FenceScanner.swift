/// Follows CommonMark's block structure as far as fences need it: open list items, block quotes,
/// HTML blocks that hide fences, and the fences themselves.
struct FenceScanner {
  /// A line that opens a fence.
  struct Fence {
    /// `` ` `` or `~`.
    let mark: Character
    /// How many marks.
    let length: Int
    /// The text after the marks, trimmed.
    let info: String
    /// What stands before the marks: blanks, or a list marker.
    let prefix: String
    /// Columns before the marks; as much is cut from each line of the content.
    let indent: Int
    /// Columns of the enclosing list item's text.
    let container: Int
  }

  /// Columns at which the text of each open list item begins.
  private var listIndents: [Int] = []
  /// The text that ends the HTML block being skipped.
  private var htmlEnd: String?
  /// Whether indented code may begin: it cannot interrupt a paragraph.
  private var isAfterBlank = true

  /// What a line outside fences is.
  enum LineKind {
    case opening(Fence)
    case hidden
    case prose
  }

  /// Classifies the next line outside fences.
  mutating func classify(_ line: Substring) -> LineKind {
    if let end = htmlEnd {
      if line.lowercased().contains(end) { htmlEnd = nil }
      return .hidden
    }
    var rest = line
    var column = FenceScanner.skipBlanks(&rest, from: 0)
    let wasAfterBlank = isAfterBlank
    isAfterBlank = rest.isEmpty
    guard !rest.isEmpty else { return .prose }
    while let indent = listIndents.last, column < indent { listIndents.removeLast() }
    while column - (listIndents.last ?? 0) <= 3, let width = FenceScanner.listMarker(rest) {
      rest = rest.dropFirst(width)
      column += width
      let text = column
      column = FenceScanner.skipBlanks(&rest, from: column)
      // More than four blanks after a marker begin indented code one column after it.
      listIndents.append(column - text > 4 || rest.isEmpty ? text + 1 : column)
    }
    guard column - (listIndents.last ?? 0) <= 3 else {
      isAfterBlank = wasAfterBlank
      return wasAfterBlank ? .hidden : .prose
    }
    if beginsHTMLBlock(rest) { return .hidden }
    return opening(rest, line: line, column: column).map { .opening($0) } ?? .prose
  }

  /// Whether a line closes a fence.
  func closes(_ line: Substring, _ fence: Fence) -> Bool {
    var rest = line
    let column = FenceScanner.skipBlanks(&rest, from: 0)
    guard column - fence.container <= 3, rest.first == fence.mark else { return false }
    let marks = rest.prefix { $0 == fence.mark }
    return marks.count >= fence.length
      && rest.dropFirst(marks.count).allSatisfy { $0 == " " || $0 == "\t" }
  }

  /// Whether a line within a cell opens a block that says what it holds, such as the next cell.
  func beginsBlock(_ line: Substring) -> Bool {
    var rest = line
    let column = FenceScanner.skipBlanks(&rest, from: 0)
    return opening(rest, line: line, column: column).map { !$0.info.isEmpty } ?? false
  }

  /// A line of a fence's content without the fence's own indentation.
  static func content(_ line: Substring, of fence: Fence) -> Substring {
    var column = 0
    var rest = line
    while column < fence.indent, rest.first == " " {
      rest.removeFirst()
      column += 1
    }
    return rest
  }

  private func opening(_ rest: Substring, line: Substring, column: Int) -> Fence? {
    guard let mark = rest.first, mark == "`" || mark == "~" else { return nil }
    let length = rest.prefix { $0 == mark }.count
    let info = rest.dropFirst(length)
    guard length >= 3, mark == "~" || !info.contains("`") else { return nil }
    let prefix = String(line[line.startIndex..<rest.startIndex])
    return Fence(
      mark: mark, length: length, info: FenceScanner.trimmed(info), prefix: prefix, indent: column,
      container: listIndents.last ?? 0)
  }

  /// HTML blocks of CommonMark's kinds 1 to 5; what they hold is never a cell.
  private mutating func beginsHTMLBlock(_ rest: Substring) -> Bool {
    guard rest.first == "<" else { return false }
    let lowered = rest.lowercased()
    let kinds = [
      ("<!--", "-->"), ("<script", "</script>"), ("<pre", "</pre>"), ("<style", "</style>"),
      ("<textarea", "</textarea>"), ("<?", "?>"), ("<![cdata[", "]]>"), ("<!", ">"),
    ]
    guard let kind = kinds.first(where: { lowered.hasPrefix($0.0) }) else { return false }
    if !lowered.dropFirst(kind.0.count).contains(kind.1) { htmlEnd = kind.1 }
    return true
  }

  /// The width of a list marker with a blank after it, if the text begins with one.
  private static func listMarker(_ text: Substring) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    var width = digits.count
    let mark = text.dropFirst(width).first
    if width == 0 {
      guard mark == "-" || mark == "+" || mark == "*" else { return nil }
    } else {
      guard width <= 9, mark == "." || mark == ")" else { return nil }
    }
    width += 1
    let next = text.dropFirst(width).first
    return next == nil || next == " " || next == "\t" ? width : nil
  }

  /// Drops blanks; returns the column after them (tabs reach the next multiple of four).
  private static func skipBlanks(_ text: inout Substring, from start: Int) -> Int {
    var column = start
    while let character = text.first, character == " " || character == "\t" {
      column = character == "\t" ? (column / 4 + 1) * 4 : column + 1
      text.removeFirst()
    }
    return column
  }

  static func trimmed(_ text: Substring) -> String {
    var text = text
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
