/// Numbers as tables have them, `-12.345e-6`, read without making text of them. What is rare, or can't be rounded exactly in this way, is left to
/// the standard library: more than 19 digits, very large or small numbers, words.
///
/// Up to 2⁵³ times a power of ten up to 10²² is one rounding of exact doubles (Clinger 1990, "How to read floating point numbers accurately").
/// To a float it is rounded once more, which gives the nearest one unless the double lies half-way between two.
struct PlainDecimal {
  let value: Float
  /// Whether it shows the sign before decimals.
  let hasPoint: Bool

  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// Nil for anything that is left to the standard library.
  /// - Parameter point: the sign before decimals.
  init?(_ bytes: UnsafeBufferPointer<UInt8>, point: UInt8) {
    var place = 0
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative || bytes.first == UInt8(ascii: "+") { place = 1 }
    var (mantissa, digits): (UInt64, Int) = (0, 0)

    func digitsEnd(from start: Int) -> Int {
      var end = start
      while end < bytes.count, bytes[end] &- UInt8(ascii: "0") < 10 { end += 1 }
      return end
    }
    func take(_ range: Range<Int>) {
      digits += range.count
      for index in range where digits <= 19 {
        mantissa = mantissa &* 10 &+ UInt64(bytes[index] &- UInt8(ascii: "0"))
      }
    }

    let whole = place..<digitsEnd(from: place)
    guard !whole.isEmpty else { return nil }
    take(whole)
    place = whole.upperBound
    var exponent = 0
    hasPoint = place < bytes.count && bytes[place] == point
    if hasPoint {
      let decimals = place + 1..<digitsEnd(from: place + 1)
      guard !decimals.isEmpty else { return nil }
      take(decimals)
      exponent = -decimals.count
      place = decimals.upperBound
    }
    if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
      place += 1
      let isBelow = place < bytes.count && bytes[place] == UInt8(ascii: "-")
      if isBelow || place < bytes.count && bytes[place] == UInt8(ascii: "+") { place += 1 }
      let end = digitsEnd(from: place)
      guard (1...3).contains(end - place) else { return nil }
      let size = bytes[place..<end].reduce(0) { $0 * 10 + Int($1 &- UInt8(ascii: "0")) }
      exponent += isBelow ? -size : size
      place = end
    }
    guard place == bytes.count, digits <= 19,
      let value = Self.value(mantissa, exponent: exponent, isNegative: isNegative)
    else { return nil }
    self.value = value
  }

  /// The float nearest to ± m · 10ᵉ; nil where it is left to the standard library.
  @inline(__always)
  static func value(_ mantissa: UInt64, exponent: Int, isNegative: Bool) -> Float? {
    guard mantissa <= 1 << 53, abs(exponent) <= 22 else { return nil }
    let size = Double(mantissa)
    let double = exponent < 0 ? size / Self.powers[-exponent] : size * Self.powers[exponent]
    if mantissa != 0 {
      guard double >= Double(Float.leastNormalMagnitude),
        double < Double(Float.greatestFiniteMagnitude),
        double.significandBitPattern & 0x1fff_ffff != 0x1000_0000
      else { return nil }
    }
    return Float(isNegative ? -double : double)
  }
}
