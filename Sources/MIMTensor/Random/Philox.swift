import MIMFormats

/// The counter-based generator Philox 4×32-10: a keyed bijection on 128-bit counters, so that any
/// block of a stream can be drawn without drawing those before it.
///
/// J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as
/// 1, 2, 3", SC 2011.
public enum Philox {
  /// The four words at `counter` under `key`.
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    // Words one by one: in vectors of four, most of the time goes into taking them out.
    var (x, y, z, w) = (counter.x, counter.y, counter.z, counter.w)
    var (first, second) = (key.x, key.y)
    for _ in 0..<10 {
      let fromX = (0xD251_1F53 as UInt32).multipliedFullWidth(by: x)
      let fromZ = (0xCD9E_8D57 as UInt32).multipliedFullWidth(by: z)
      (x, y) = (fromZ.high ^ y ^ first, fromZ.low)
      (z, w) = (fromX.high ^ w ^ second, fromX.low)
      first &+= 0x9E37_79B9
      second &+= 0xBB67_AE85
    }
    return SIMD4(x, y, z, w)
  }

  /// The key of a named stream: FNV-1a over the name, mixed with the seed by SplitMix64's
  /// finaliser, so that neighbouring seeds and similar names give unrelated keys.
  public static func key(seed: UInt64, stream: String) -> SIMD2<UInt32> {
    var hash = FNV1a()
    hash.add(stream)
    let mixed = SplitMix64.finalised(
      SplitMix64.finalised(seed &+ SplitMix64.increment) ^ hash.value)
    return SIMD2(UInt32(truncatingIfNeeded: mixed), UInt32(truncatingIfNeeded: mixed >> 32))
  }
}
