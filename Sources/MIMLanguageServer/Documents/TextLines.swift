/// A text cut into lines, which end in a line feed, a carriage return or both.
struct TextLines: Sendable {
  private let bytes: [UInt8]
  /// Where lines begin and where their text ends, in UTF-8 offsets.
  private let lines: [Range<Int>]

  init(_ text: String) {
    bytes = Array(text.utf8)
    var lines: [Range<Int>] = []
    var (start, place) = (0, 0)
    while place < bytes.count {
      guard bytes[place] == 10 || bytes[place] == 13 else {
        place += 1
        continue
      }
      lines.append(start..<place)
      let isPair = bytes[place] == 13 && place + 1 < bytes.count && bytes[place + 1] == 10
      place += isPair ? 2 : 1
      start = place
    }
    lines.append(start..<bytes.count)
    self.lines = lines
  }

  /// The number of UTF-8 bytes of the text.
  var byteCount: Int { bytes.count }

  /// The number of lines; what stands behind the last line end is one too.
  var count: Int { lines.count }

  /// The text of a line without its end; empty where there is none.
  func text(_ line: Int) -> String {
    lines.indices.contains(line) ? String(decoding: bytes[lines[line]], as: UTF8.self) : ""
  }

  /// UTF-16 units of a line.
  func width(_ line: Int) -> Int {
    lines.indices.contains(line) ? units(in: lines[line]) : 0
  }

  /// The UTF-8 offset of a position. One behind the end of its line is the end; one inside a character is its beginning.
  func offset(of position: TextPosition) -> Int {
    guard position.line < lines.count else { return bytes.count }
    let line = lines[position.line]
    var (units, place) = (0, line.lowerBound)
    while place < line.upperBound {
      let width = Self.width(bytes[place])
      units += width == 4 ? 2 : 1
      if units > position.character { break }
      place = min(place + width, line.upperBound)
    }
    return place
  }

  /// The position of a UTF-8 offset.
  func position(of offset: Int) -> TextPosition {
    var (low, high) = (0, lines.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lines[middle].lowerBound <= offset { low = middle } else { high = middle }
    }
    let line = lines[low]
    let end = min(max(offset, line.lowerBound), line.upperBound)
    return TextPosition(line: low, character: units(in: line.lowerBound..<end))
  }

  /// The end of the text.
  var end: TextPosition { position(of: bytes.count) }

  private func units(in range: Range<Int>) -> Int {
    var count = 0
    for byte in bytes[range] where byte & 0xC0 != 0x80 { count += Self.width(byte) == 4 ? 2 : 1 }
    return count
  }

  /// The bytes of the character that begins with this one.
  private static func width(_ byte: UInt8) -> Int {
    byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
  }
}
