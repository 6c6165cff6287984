/// A row of decimal digits within a text, eight of them read in one step.
struct Digits {
  /// The number that they write, where they are 19 or fewer.
  private(set) var value: UInt64 = 0
  /// How many there are.
  private(set) var count = 0

  /// None.
  init() {}

  /// The digits from a place on, up to the first byte that is none.
  @inline(__always)
  init(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) {
    if bytes.count - start >= 8, let base = bytes.baseAddress {
      // The first digit is in the lowest byte.
      let word = UInt64(
        littleEndian: UnsafeRawPointer(base + start).loadUnaligned(as: UInt64.self))
      let digits = word ^ 0x3030_3030_3030_3030
      // The highest bit of each byte that is none of 0 … 9.
      let others = (digits &+ 0x7676_7676_7676_7676 | digits) & 0x8080_8080_8080_8080
      count = others.trailingZeroBitCount >> 3
      // Zeros in front instead of what comes after them.
      value = Self.value(digits << UInt64(64 &- 8 &* count))
      guard count == 8 else { return }
    }
    takeSingly(bytes, from: start &+ count)
  }

  private mutating func takeSingly(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) {
    var place = start
    while place < bytes.count, case let digit = bytes[place] &- UInt8(ascii: "0"), digit < 10 {
      value = value &* 10 &+ UInt64(digit)
      place += 1
    }
    count += place - start
  }

  /// The number that these and others write together; nil for more than 19 digits.
  @inline(__always)
  func followed(by others: Digits) -> UInt64? {
    guard count + others.count <= 19 else { return nil }
    return value &* Self.powers[others.count] &+ others.value
  }

  /// Eight digits, the first in the lowest byte: pairs are joined, then pairs of pairs, then both halves.
  @inline(__always)
  private static func value(_ digits: UInt64) -> UInt64 {
    let pairs = digits &* 10 &+ digits >> 8
    let first = (pairs & 0x0000_00ff_0000_00ff) &* (100 &+ 1_000_000 << 32)
    let second = (pairs >> 16 & 0x0000_00ff_0000_00ff) &* (1 &+ 10_000 << 32)
    return (first &+ second) >> 32
  }

  /// Powers of ten that 64 bits hold.
  private static let powers: [UInt64] = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000,
    1_000_000_000_000_000, 10_000_000_000_000_000, 100_000_000_000_000_000,
    1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
  ]
}
