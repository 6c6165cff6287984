import MIMTensor

/// The cells of a .csv or .tsv file (RFC 4180: quoted cells may hold delimiters, line breaks and
/// doubled quotes), each line with its number, for errors.
struct DelimitedReader {
  /// One record.
  struct Line {
    /// The line on which it begins, counted from 1.
    let number: Int
    let cells: [Cell]
  }

  /// What stands in a cell, without the blanks around it.
  struct Cell {
    let bytes: ArraySlice<UInt8>
    var isEmpty: Bool { bytes.isEmpty }
    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  private let path: String
  private let bytes: [UInt8]
  /// What divides cells.
  let delimiter: UInt8
  private var position: Int
  private var lineNumber = 1

  /// Begins after a byte-order mark. A .tsv is split at tabs; any other file at commas, or at
  /// semicolons when its first line has those but no comma.
  init(_ bytes: [UInt8], path: String) throws {
    guard !bytes.isEmpty else { throw FileError.truncated(path: path, detail: "it is empty") }
    if let zero = bytes.prefix(1 << 20).firstIndex(of: 0) {
      throw FileError.malformed(
        path: path, format: "text", detail: "byte \(zero + 1) is zero; save it as UTF-8")
    }
    self.path = path
    self.bytes = bytes
    position = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    let first = bytes.prefix { $0 != 0x0a && $0 != 0x0d }
    if path.lowercased().hasSuffix(".tsv") {
      delimiter = 0x09
    } else {
      let hasComma = first.contains(UInt8(ascii: ","))
      delimiter =
        !hasComma && first.contains(UInt8(ascii: ";")) ? UInt8(ascii: ";") : UInt8(ascii: ",")
    }
  }

  /// The next record that is not a blank line; nil at the end.
  mutating func next() throws -> Line? {
    while position < bytes.count {
      let number = lineNumber
      let cells = try record()
      if cells.count > 1 || cells.first?.isEmpty == false {
        return Line(number: number, cells: cells)
      }
    }
    return nil
  }

  private mutating func record() throws -> [Cell] {
    var cells: [Cell] = []
    while true {
      cells.append(
        position < bytes.count && bytes[position] == UInt8(ascii: "\"")
          ? try quotedCell() : plainCell())
      guard position < bytes.count, bytes[position] == delimiter else { break }
      position += 1
    }
    endLine()
    return cells
  }

  private mutating func plainCell() -> Cell {
    let start = position
    while position < bytes.count, !isEnd(bytes[position]) { position += 1 }
    return Self.trimmed(bytes[start..<position])
  }

  private mutating func quotedCell() throws -> Cell {
    let opened = lineNumber
    position += 1
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == 0x0a { lineNumber += 1 }
      guard byte == UInt8(ascii: "\"") else {
        text.append(byte)
        continue
      }
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        guard position == bytes.count || isEnd(bytes[position]) else {
          throw malformed("there is text after a closing quote", opened)
        }
        return Self.trimmed(text[...])
      }
      text.append(byte)
      position += 1
    }
    throw malformed("a quote is never closed", opened)
  }

  private func isEnd(_ byte: UInt8) -> Bool { byte == delimiter || byte == 0x0a || byte == 0x0d }

  /// Steps over `\n`, `\r\n` or `\r`.
  private mutating func endLine() {
    guard position < bytes.count else { return }
    if bytes[position] == 0x0d, position + 1 < bytes.count, bytes[position + 1] == 0x0a {
      position += 1
    }
    position += 1
    lineNumber += 1
  }

  private func malformed(_ detail: String, _ line: Int) -> FileError {
    .malformed(path: path, format: "CSV", detail: "line \(line): \(detail)")
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> Cell {
    var (start, end) = (bytes.startIndex, bytes.endIndex)
    while start < end, bytes[start] == 0x20 { start += 1 }
    while start < end, bytes[end - 1] == 0x20 { end -= 1 }
    return Cell(bytes: bytes[start..<end])
  }
}
