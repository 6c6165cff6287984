/// A strict scanner for the little JSON that a safetensors header consists of: objects, strings,
/// lists of unsigned integers. Nothing nests deeper than the format does.
struct HeaderScanner {
  let path: String
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
  }

  /// An error at this place of the header.
  func error(_ detail: String) -> FileError {
    .malformed(path: path, format: "safetensors", detail: "header: \(detail)")
  }

  /// Reads `{"key": …, …}`; `member` reads each value.
  mutating func object(_ member: (String, inout HeaderScanner) throws -> Void) throws {
    try expect("{")
    if skip("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try member(key, &self)
    } while skip(",")
    try expect("}")
  }

  /// Reads an object whose values are all strings; a key that occurs twice is an error.
  mutating func stringObject() throws -> [String: String] {
    var values: [String: String] = [:]
    try object { key, scanner in
      guard values[key] == nil else { throw scanner.error("metadata \"\(key)\" occurs twice") }
      values[key] = try scanner.string()
    }
    return values
  }

  /// Reads `[1, 2, …]`.
  mutating func integers() throws -> [Int] {
    try expect("[")
    if skip("]") { return [] }
    var values: [Int] = []
    repeat { values.append(try integer()) } while skip(",")
    try expect("]")
    return values
  }

  /// Reads a string with JSON's escapes.
  mutating func string() throws -> String {
    try expect("\"")
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw error("text that is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text.append(contentsOf: try escape().utf8)
      case 0..<0x20: throw error("a control character in a string")
      default: text.append(byte)
      }
    }
    throw error("a string that is not closed")
  }

  /// Nothing but blanks may follow.
  mutating func end() throws {
    skipBlanks()
    guard position == bytes.count else { throw error("text after the closing brace") }
  }

  private mutating func integer() throws -> Int {
    skipBlanks()
    var value = 0
    let start = position
    while position < bytes.count, case let digit = bytes[position],
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit)
    {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
      guard !overflow, !carry else { throw error("a number that is too large") }
      value = sum
      position += 1
    }
    guard position > start else { throw error("a whole number of at least 0 is missing") }
    return value
  }

  private mutating func escape() throws -> String {
    guard position < bytes.count else { throw error("a string that is not closed") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
      return String(UnicodeScalar(byte))
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw error("an unknown escape in a string")
    }
  }

  private mutating func unicodeEscape() throws -> String {
    var units = [try fourDigits()]
    if UTF16.isLeadSurrogate(units[0]) {
      guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      else { throw error("half of a surrogate pair") }
      position += 2
      units.append(try fourDigits())
    }
    guard let text = String(validating: units, as: UTF16.self) else {
      throw error("half of a surrogate pair")
    }
    return text
  }

  private mutating func fourDigits() throws -> UInt16 {
    guard position + 4 <= bytes.count,
      bytes[position..<position + 4].allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
      let value = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw error("an unknown escape in a string") }
    position += 4
    return value
  }

  private mutating func expect(_ symbol: Unicode.Scalar) throws {
    guard skip(symbol) else { throw error("`\(symbol)` is missing at byte \(position)") }
  }

  private mutating func skip(_ symbol: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard position < bytes.count, bytes[position] == UInt8(ascii: symbol) else { return false }
    position += 1
    return true
  }

  private mutating func skipBlanks() {
    while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) {
      position += 1
    }
  }
}
