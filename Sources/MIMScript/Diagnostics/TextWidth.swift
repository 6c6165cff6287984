import MIMFormats

/// How many columns text takes on a terminal.
public enum TextWidth {
  /// Columns of a text without control characters.
  public static func columns(_ text: some StringProtocol) -> Int {
    if let quick = text.utf8.withContiguousStorageIfAvailable(columnsOfSimple), let quick {
      return quick
    }
    return text.reduce(0) { $0 + columns($1) }
  }

  /// Columns of nearly all text, in which every character is a scalar of one column: ASCII, Latin letters and signs (U+00A0 to U+02FF),
  /// dashes, quotation marks and `…` (U+2010 to U+2027). Nil for any other.
  private static func columnsOfSimple(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var count = 0
    var place = 0
    while place < bytes.count {
      switch bytes[place] {
      case 0x20..<0x7F: place += 1
      case 0xC2 where place + 1 < bytes.count && bytes[place + 1] >= 0xA0: place += 2
      case 0xC3...0xCB: place += 2
      case 0xE2
      where place + 2 < bytes.count && bytes[place + 1] == 0x80
        && 0x90...0xA7 ~= bytes[place + 2]:
        place += 3
      default: return nil
      }
      count += 1
    }
    return count
  }

  /// Two for East Asian wide characters and pictures, none for what only marks another one.
  public static func columns(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    if scalar.value < 0x300 { return scalar.properties.generalCategory == .control ? 0 : 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    if scalar.properties.isEmojiPresentation { return 2 }
    if character.unicodeScalars.contains("\u{FE0F}") { return 2 }
    return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// East_Asian_Width W and F (Unicode 15, UAX 11), joined to blocks.
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
    0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]

  /// Blanks behind the text up to a width.
  package static func padded(_ text: String, to width: Int, right: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, width - columns(text)))
    return right ? blanks + text : text + blanks
  }

  /// The text cut to a width, with `…` where something is missing.
  package static func truncated(_ text: String, to width: Int) -> String {
    guard columns(text) > width else { return text }
    var kept = ""
    var used = 0
    for character in text {
      let needed = columns(character)
      if used + needed > width - 1 { break }
      kept.append(character)
      used += needed
    }
    return width > 0 ? kept + "…" : ""
  }

  /// The text without blanks at its end.
  static func trimmed(_ text: String) -> String {
    let end = text.utf8.lastIndex { $0 != 0x20 }
    return end.map { String(text[...$0]) } ?? ""
  }

  /// The text on several lines of at most `width` columns, broken at blanks.
  static func wrapped(_ text: String, to width: Int, indent: String = "") -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: true) {
      let longer = line.isEmpty ? String(word) : line + " " + word
      if !line.isEmpty, columns(indent) + columns(longer) > width {
        lines.append(indent + line)
        line = String(word)
      } else {
        line = longer
      }
    }
    return line.isEmpty ? lines : lines + [indent + line]
  }

  /// A line of a page, as it is where it fits into `width` columns; else broken at blanks, what follows two columns further in
  /// than the line begins. A word that is longer than a line stays whole.
  package static func folded(_ line: String, to width: Int) -> [String] {
    guard columns(line) > width else { return [line] }
    let indent = String(line.prefix { $0 == " " })
    var (lines, current, isEmpty) = ([String](), indent, true)
    // Empty words stand for further blanks, which align what follows.
    for word in line.dropFirst(indent.count).split(separator: " ", omittingEmptySubsequences: false)
    {
      if isEmpty {
        current += word
      } else if columns(current) + 1 + columns(word) <= width {
        current += " " + word
      } else {
        lines.append(trimmed(current))
        current = indent + "  " + word
      }
      isEmpty = current.allSatisfy { $0 == " " }
    }
    return lines + [current]
  }

  /// The text on one line, without characters that could steer a terminal: these are written out.
  static func harmless(_ text: some StringProtocol) -> String {
    VisibleText.onOneLine(String(text))
  }
}
