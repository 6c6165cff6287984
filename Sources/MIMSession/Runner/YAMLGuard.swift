/// What front matter never needs, and what keeps a YAML library busy for hours: refused before the text is parsed.
enum YAMLGuard {
  /// Nobody writes more by hand.
  static let largestSize = 256 << 10
  private static let deepest = 20

  /// Why a text is refused; nil: it may be parsed.
  static func problem(_ text: String) -> String? {
    guard text.utf8.count <= largestSize else {
      return "it is longer than \(largestSize >> 10) KiB"
    }
    var scanner = Scanner()
    for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
      if let problem = scanner.problem(in: line.utf8) { return problem }
    }
    return nil
  }

  /// Looks at what begins a value: behind an indentation, `: `, `- `, `? `, `[`, `{`, and `, ` within brackets. Text in quotes is passed over.
  private struct Scanner {
    private var depth = 0
    private var quote: UInt8?

    mutating func problem(in line: Substring.UTF8View) -> String? {
      var (isStart, markers, previous) = (true, 0, UInt8(ascii: " "))
      if quote == nil, line.prefix(while: { $0 == UInt8(ascii: " ") }).count > 5 * YAMLGuard.deepest
      {
        return YAMLGuard.tooDeep
      }
      for byte in line {
        defer { previous = byte }
        if let open = quote {
          if byte == open, previous != UInt8(ascii: "\\") { quote = nil }
          continue
        }
        let isBlank = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
        switch byte {
        case UInt8(ascii: "#") where previous == UInt8(ascii: " "): return nil
        case UInt8(ascii: "\""), UInt8(ascii: "'"): if isStart { quote = byte }
        case UInt8(ascii: "&"), UInt8(ascii: "*"):
          if isStart {
            return "anchors and aliases (& and *) are not used here; put the text in quotes"
          }
        case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
        case UInt8(ascii: "-"), UInt8(ascii: "?"): if isStart { markers += 1 }
        default: break
        }
        if depth > YAMLGuard.deepest || markers > YAMLGuard.deepest { return YAMLGuard.tooDeep }
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "{"): isStart = true
        case UInt8(ascii: ","): isStart = depth > 0
        case UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "?"):
          isStart = isStart || byte == UInt8(ascii: ":")
        default: if !isBlank { isStart = false }
        }
      }
      return nil
    }
  }

  private static let tooDeep = "it is nested too deeply"
}
