import MIMTensor

/// The cells of a .csv or .tsv file (RFC 4180: quoted cells may hold delimiters, line breaks and
/// doubled quotes), each line with its number, for errors.
struct DelimitedReader {
  /// One record. Its memory serves for the next one: a table has millions of them.
  struct Line {
    /// The line on which it begins, counted from 1.
    fileprivate(set) var number = 0
    fileprivate var places: [Place] = []
    /// The file.
    fileprivate(set) var bytes: [UInt8] = []
    /// What stands between quotes, doubled ones single.
    fileprivate var unquoted: [UInt8] = []

    /// How many cells.
    var count: Int { places.count }

    /// The bytes of a cell without the blanks around it. Precondition: there is one of that number.
    func withBytes<Result>(
      of column: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result {
      let place = places[column]
      return try (place.isQuoted ? unquoted : bytes).withUnsafeBufferPointer {
        try body(UnsafeBufferPointer(rebasing: $0[place.start..<place.end]))
      }
    }

    /// Whether nothing stands in a cell.
    func isEmpty(_ column: Int) -> Bool { places[column].start == places[column].end }

    /// A cell as text.
    func text(_ column: Int) -> String {
      withBytes(of: column) { String(decoding: $0, as: UTF8.self) }
    }

    /// All cells as text.
    var texts: [String] { places.indices.map(text) }
  }

  /// Where a cell stands: in the file, or among what was unquoted.
  fileprivate struct Place {
    var start: Int
    var end: Int
    let isQuoted: Bool

    /// Without the blanks around it.
    func trimmed(in bytes: [UInt8]) -> Place {
      var place = self
      while place.start < place.end, bytes[place.start] == 0x20 { place.start += 1 }
      while place.start < place.end, bytes[place.end - 1] == 0x20 { place.end -= 1 }
      return place
    }
  }

  private let path: String
  private let bytes: [UInt8]
  /// What divides cells.
  let delimiter: UInt8
  /// Where the next record begins.
  private(set) var position: Int
  private var lineNumber = 1

  /// Begins after a byte-order mark. A .tsv is split at tabs; any other file at commas, or, where its first line has none, at
  /// semicolons, or else at tabs.
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
      delimiter =
        [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09].first(where: first.contains)
        ?? UInt8(ascii: ",")
    }
  }

  /// The next record that is not a blank line, into `line`; false at the end.
  mutating func next(_ line: inout Line) throws -> Bool {
    while position < bytes.count {
      line.number = lineNumber
      try record(into: &line)
      if line.count > 1 || line.count == 1 && !line.isEmpty(0) { return true }
    }
    return false
  }

  private mutating func record(into line: inout Line) throws {
    line.places.removeAll(keepingCapacity: true)
    line.unquoted.removeAll(keepingCapacity: true)
    if line.bytes.isEmpty { line.bytes = bytes }
    while true {
      line.places.append(
        position < bytes.count && bytes[position] == UInt8(ascii: "\"")
          ? try quotedCell(of: &line) : plainCell())
      guard position < bytes.count, bytes[position] == delimiter else { break }
      position += 1
    }
    endLine()
  }

  private mutating func plainCell() -> Place {
    let start = position
    bytes.withUnsafeBufferPointer { bytes in
      while position < bytes.count, !isEnd(bytes[position]) { position += 1 }
    }
    return Place(start: start, end: position, isQuoted: false).trimmed(in: bytes)
  }

  private mutating func quotedCell(of line: inout Line) throws -> Place {
    let opened = lineNumber
    position += 1
    let start = line.unquoted.count
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == 0x0a { lineNumber += 1 }
      guard byte == UInt8(ascii: "\"") else {
        line.unquoted.append(byte)
        continue
      }
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        guard position == bytes.count || isEnd(bytes[position]) else {
          throw malformed("there is text after a closing quote", opened)
        }
        return Place(start: start, end: line.unquoted.count, isQuoted: true)
          .trimmed(in: line.unquoted)
      }
      line.unquoted.append(byte)
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
}
