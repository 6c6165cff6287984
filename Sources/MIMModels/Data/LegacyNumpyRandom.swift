#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// NumPy's legacy generator, `numpy.random.seed(n)` with its MT19937 (Matsumoto & Nishimura
/// 1998), as far as fixed binarisation needs it: the reference's validation and test sets are
/// `numpy.random.binomial(1, x)` after `seed(777)`, and ours equal them bit for bit.
package struct LegacyNumpyRandom {
  private var state = [UInt32](repeating: 0, count: 624)
  private var position = 624

  /// `numpy.random.seed(seed)`.
  package init(seed: UInt32) {
    state[0] = seed
    for index in 1..<624 {
      let previous = state[index - 1]
      state[index] = 1_812_433_253 &* (previous ^ (previous >> 30)) &+ UInt32(index)
    }
  }

  /// `numpy.random.random_sample()`: uniform on [0, 1) with 53 bits.
  package mutating func uniform() -> Double {
    let high = next() >> 5
    let low = next() >> 6
    return (Double(high) * 67_108_864 + Double(low)) / 9_007_199_254_740_992
  }

  /// `numpy.random.binomial(1, p)` for every probability in turn, in place: 0 or 1. Values that
  /// are not probabilities are taken as the nearest.
  package mutating func binarise(_ probabilities: inout [Float]) {
    var thresholds = ThresholdCache()
    probabilities.withUnsafeMutableBufferPointer { values in
      for index in values.indices {
        let p = values[index] > 0 ? Double(min(values[index], 1)) : 0
        let isLikely = p > 0.5
        let rare = isLikely ? 1 - p : p
        let success = inversion(rare, threshold: thresholds.threshold(for: rare))
        values[index] = success != isLikely ? 1 : 0
      }
    }
  }

  /// One trial with probability `p` ≤ ½ by NumPy's inversion algorithm (`legacy_random_binomial`
  /// with n = 1), which on a rounding edge draws again. `threshold` is the chance of a failure.
  private mutating func inversion(_ p: Double, threshold: Double) -> Bool {
    while true {
      let draw = uniform()
      guard draw > threshold else { return false }
      let rest = draw - threshold
      if !(rest > p * threshold / (1 - p)) { return true }
    }
  }

  private mutating func next() -> UInt32 {
    if position == 624 { twist() }
    var word = state[position]
    position += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9d2c_5680
    word ^= (word << 15) & 0xefc6_0000
    return word ^ (word >> 18)
  }

  private mutating func twist() {
    state.withUnsafeMutableBufferPointer { state in
      for index in 0..<624 {
        let joined =
          (state[index] & 0x8000_0000) | (state[index == 623 ? 0 : index + 1] & 0x7fff_ffff)
        let far = state[index < 227 ? index + 397 : index - 227]
        state[index] = far ^ (joined >> 1) ^ (joined & 1 == 0 ? 0 : 0x9908_b0df)
      }
    }
    position = 0
  }
}

/// exp(log1p(−p)), NumPy's chance of a failure, remembered for the few grey values of images.
private struct ThresholdCache {
  private var probabilities = [Double](repeating: -1, count: 256)
  private var values = [Double](repeating: 0, count: 256)

  mutating func threshold(for p: Double) -> Double {
    let slot = Int(p * 255)
    if probabilities[slot] != p {
      probabilities[slot] = p
      values[slot] = exp(log1p(-p))
    }
    return values[slot]
  }
}
