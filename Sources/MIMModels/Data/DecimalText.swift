/// Numbers in the cells of a table: with a point, or with a comma before the decimals.
struct DecimalText {
  /// The sign that the numbers have; nil: none of them has shown any yet.
  private(set) var sign: DecimalSign?
  /// Whether a comma may stand before decimals, where nobody has said so: not where commas divide cells.
  private let allowsComma: Bool

  /// - Parameters:
  ///   - sign: what the user has said.
  ///   - delimiter: what divides cells.
  init(_ sign: DecimalSign?, delimiter: UInt8) {
    self.sign = sign
    allowsComma = sign == .comma || (sign == nil && delimiter != UInt8(ascii: ","))
  }

  /// The number in a cell; nil where there is none, or where its sign is not that of the numbers before it.
  mutating func number(_ cell: UnsafeBufferPointer<UInt8>) -> Float? {
    let point = UInt8(ascii: sign == .comma ? "," : ".")
    if let plain = PlainDecimal(cell, point: point) {
      if sign == nil, plain.hasPoint { sign = .point }
      return plain.value
    }
    return number(Substring(decoding: cell, as: UTF8.self))
  }

  private mutating func number(_ cell: Substring) -> Float? {
    if sign != .comma || !cell.utf8.contains(UInt8(ascii: ".")), let value = Float(cell) {
      if sign == nil, cell.utf8.contains(UInt8(ascii: ".")) { sign = .point }
      return value
    }
    guard allowsComma, sign != .point, let value = Self.withComma(cell) else { return nil }
    sign = .comma
    return value
  }

  /// Whether a cell is a number with either sign.
  static func isNumber(_ cell: String) -> Bool {
    Double(cell) != nil || withComma(cell[...]) != nil
  }

  /// `1,5` and `-2,5e3`: one comma, digits on both sides.
  private static func withComma(_ cell: Substring) -> Float? {
    let bytes = Array(cell.utf8)
    guard bytes.count(where: { $0 == UInt8(ascii: ",") }) == 1, !bytes.contains(UInt8(ascii: ".")),
      let comma = bytes.firstIndex(of: UInt8(ascii: ",")), comma > 0, comma + 1 < bytes.count,
      isDigit(bytes[comma - 1]), isDigit(bytes[comma + 1])
    else { return nil }
    return Float(cell.replacing(",", with: "."))
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
