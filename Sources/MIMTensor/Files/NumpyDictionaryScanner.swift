/// Reads the Python dictionary at the start of an .npy file.
struct NumpyDictionaryScanner {
  /// What the dictionary says; `descr` as scalars of a plain type name.
  struct Content {
    var descr: [UnicodeScalar]
    var isFortranOrder: Bool
    var shape: [Int]
  }

  private let text: [UInt8]
  private let path: String
  private var position = 0

  init(_ text: some Collection<UInt8>, path: String) {
    self.text = Array(text)
    self.path = path
  }

  /// Reads the three keys, each exactly once.
  mutating func read() throws -> Content {
    var descr: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try expect("{")
    while !skip("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where descr == nil: descr = try typeName()
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try bool()
      case "shape" where shape == nil: shape = try tuple()
      default: throw malformed("the key '\(key)' is unknown or occurs twice")
      }
      guard skip(",") else {
        try expect("}")
        break
      }
    }
    guard let descr, let isFortranOrder, let shape else {
      throw malformed("descr, fortran_order or shape is missing")
    }
    return Content(
      descr: Array(descr.unicodeScalars), isFortranOrder: isFortranOrder, shape: shape)
  }

  private func malformed(_ detail: String) -> FileError {
    .malformed(path: path, format: "npy", detail: "header: \(detail)")
  }

  private mutating func typeName() throws -> String {
    skipBlanks()
    guard position < text.count, text[position] != UInt8(ascii: "[") else {
      throw FileError.unsupported(
        path: path, detail: "it holds records with fields; save one array of numbers")
    }
    return try string()
  }

  private mutating func bool() throws -> Bool {
    if skip(word: "True") { return true }
    if skip(word: "False") { return false }
    throw malformed("fortran_order is neither True nor False")
  }

  private mutating func tuple() throws -> [Int] {
    try expect("(")
    var values: [Int] = []
    while !skip(")") {
      values.append(try integer())
      guard values.count <= 32 else { throw malformed("more than 32 axes") }
      guard skip(",") else {
        try expect(")")
        break
      }
    }
    return values
  }

  private mutating func integer() throws -> Int {
    skipBlanks()
    let digits = text[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
      throw malformed("a dimension is not a whole number")
    }
    position += digits.count
    // Python 2 wrote `3L`.
    _ = skip("L")
    return value
  }

  private mutating func string() throws -> String {
    let quote: UnicodeScalar = skip("'") ? "'" : "\""
    if quote == "\"" { try expect("\"") }
    let content = text[position...].prefix { $0 != UInt8(ascii: quote) }
    position += content.count
    try expect(quote)
    return String(decoding: content, as: UTF8.self)
  }

  private mutating func expect(_ symbol: UnicodeScalar) throws {
    guard skip(symbol) else { throw malformed("`\(symbol)` is missing") }
  }

  private mutating func skip(_ symbol: UnicodeScalar) -> Bool {
    skipBlanks()
    guard position < text.count, text[position] == UInt8(ascii: symbol) else { return false }
    position += 1
    return true
  }

  private mutating func skip(word: String) -> Bool {
    skipBlanks()
    guard text[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func skipBlanks() {
    while position < text.count, text[position] == UInt8(ascii: " ") || text[position] == 0x0a {
      position += 1
    }
  }
}
