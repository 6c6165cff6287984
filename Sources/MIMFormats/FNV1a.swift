/// The hash FNV-1a in 64 bits (Fowler, Noll and Vo; draft-eastlake-fnv): quick, against accidents only.
package struct FNV1a: Sendable {
  /// The hash of what was added so far.
  package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  package init() {}

  /// Adds one byte, or one number in its place.
  package mutating func add(_ number: UInt64) {
    value = (value ^ number) &* 0x0000_0100_0000_01B3
  }

  /// Adds the UTF-8 bytes of a text.
  package mutating func add(_ text: String) {
    for byte in text.utf8 { add(UInt64(byte)) }
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
package enum SplitMix64 {
  /// What the generator adds to its state from number to number.
  package static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Its finaliser, which spreads every bit over all others.
  package static func finalised(_ value: UInt64) -> UInt64 {
    var value = value
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
