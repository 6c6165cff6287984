extension Lexer {
  // MARK: Numbers

  /// Whether the point here begins a number: `.5`, but not the field in `x.5`.
  var startsFraction: Bool {
    guard position + 1 < bytes.count, isDigit(bytes[position + 1]) else { return false }
    guard let last = result.tokens.last, last.range.upperBound == position else { return true }
    switch last.kind {
    case .name, .number, .string: return false
    case .symbol(let symbol): return !symbol.isClosing
    default: return true
    }
  }

  mutating func number() {
    let start = position
    digits()
    if peek(0) == UInt8(ascii: "."), isDigit(peek(1)) {
      position += 1
      digits()
    }
    exponent()
    let isMalformed = position < bytes.count && isNamePart(at: position)
    while position < bytes.count, isNamePart(at: position) {
      position += scalarWidth(at: position)
    }
    let written = text(start..<position)
    let value = Double(written.filter { $0 != "_" })
    if isMalformed || written.contains("__") {
      report(
        "E004", "`\(written)` is not a number", start..<position,
        label: "numbers look like 10_000, 5e-4 or .5; names begin with a letter")
      add(.invalid, from: start)
    } else if let value, value.isFinite {
      add(.number(value), from: start)
    } else {
      report(
        "E004", "`\(written)` is too large", start..<position, label: "the largest is about 1.8e308"
      )
      add(.invalid, from: start)
    }
  }

  private mutating func digits() {
    while isDigit(peek(0)) || (peek(0) == UInt8(ascii: "_") && isDigit(peek(1))) { position += 1 }
  }

  private mutating func exponent() {
    guard peek(0) == UInt8(ascii: "e") || peek(0) == UInt8(ascii: "E") else { return }
    let isSigned = peek(1) == UInt8(ascii: "-") || peek(1) == UInt8(ascii: "+")
    guard isDigit(peek(isSigned ? 2 : 1)) else { return }
    position += isSigned ? 2 : 1
    digits()
  }

  private func peek(_ distance: Int) -> UInt8 {
    position + distance < bytes.count ? bytes[position + distance] : 0
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  // MARK: Text

  mutating func string(quote: UInt8) {
    let start = position
    position += 1
    var content: [UInt8] = []
    while position < bytes.count, bytes[position] != quote {
      if bytes[position] == UInt8(ascii: "\n") { break }
      if bytes[position] == UInt8(ascii: "\\") {
        escape(into: &content)
      } else {
        content.append(bytes[position])
        position += 1
      }
    }
    if peek(0) == quote, position < bytes.count {
      position += 1
      add(.string(String(decoding: content, as: UTF8.self)), from: start)
    } else {
      let mark = String(decoding: [quote], as: UTF8.self)
      report(
        "E002", "this text is not closed", start..<start + 1,
        label: "close it with \(mark) on the same line")
      add(.invalid, from: start)
    }
  }

  /// Reads `\" \' \\ \n \t \u{…}`; anything else is reported and kept as written.
  private mutating func escape(into content: inout [UInt8]) {
    let start = position
    position += 1
    guard position < bytes.count, bytes[position] != UInt8(ascii: "\n") else { return }
    switch bytes[position] {
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"): content.append(bytes[position])
    case UInt8(ascii: "n"): content.append(UInt8(ascii: "\n"))
    case UInt8(ascii: "t"): content.append(UInt8(ascii: "\t"))
    case UInt8(ascii: "u"):
      if let scalar = unicodeEscape() {
        content.append(contentsOf: String(scalar).utf8)
        return
      }
      reportEscape(start)
      return
    default:
      position += scalarWidth(at: position)
      reportEscape(start)
      return
    }
    position += 1
  }

  private mutating func reportEscape(_ start: Int) {
    report(
      "E003", "`\(text(start..<position))` is not an escape", start..<position,
      label: #"escapes are \" \' \\ \n \t \u{e9}; write a backslash as \\"#)
  }

  /// Reads `u{hex}` at the position; leaves the position behind what was read.
  private mutating func unicodeEscape() -> Unicode.Scalar? {
    position += 1
    guard peek(0) == UInt8(ascii: "{") else { return nil }
    let digitsStart = position + 1
    var end = digitsStart
    while end < bytes.count, end - digitsStart <= 6, isHexDigit(bytes[end]) { end += 1 }
    guard end < bytes.count, bytes[end] == UInt8(ascii: "}") else { return nil }
    let scalar = UInt32(text(digitsStart..<end), radix: 16).flatMap(Unicode.Scalar.init)
    position = end + 1
    return scalar
  }

  private func isHexDigit(_ byte: UInt8) -> Bool {
    Character(Unicode.Scalar(byte)).isHexDigit
  }
}
