#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Standard normal numbers by the Box–Muller transform (Box & Muller 1958), which makes two of
/// two uniform ones.
struct NormalPairs {
  private var spare: Double?

  /// The next N(0, 1) number.
  mutating func next<Generator: RandomNumberGenerator>(using generator: inout Generator) -> Double {
    if let spare {
      self.spare = nil
      return spare
    }
    // (0, 1]: its logarithm is finite.
    let first = Double((generator.next() >> 11) + 1) * 0x1p-53
    let second = Double(generator.next() >> 11) * 0x1p-53
    let radius = (-2 * log(first)).squareRoot()
    spare = radius * sin(2 * .pi * second)
    return radius * cos(2 * .pi * second)
  }
}
