import Foundation

/// A reproducible stream of random numbers on the host: Philox 4×32-10 keyed by a seed and the
/// stream's name. Equal (seed, stream) give equal draws on every machine; different names are
/// independent. A value type: a copy continues from the same place.
///
/// Host streams and the noise nodes of a plan never share counters, even under the same name.
public struct RandomStream: RandomNumberGenerator, Sendable {
  private let key: SIMD2<UInt32>
  private var blockIndex: UInt64 = 0
  private var block = SIMD4<UInt32>()
  private var used = 4
  private var spareNormal: Double?

  /// Opens the stream named `stream` under `seed` at its beginning.
  public init(seed: UInt64, stream: String) {
    key = Philox.key(seed: seed, stream: stream)
  }

  /// 32 uniform random bits.
  public mutating func nextWord() -> UInt32 {
    if used == 4 {
      // The top counter word separates host streams from noise nodes (which hold the step there).
      block = Philox.block(
        counter: SIMD4(
          UInt32(truncatingIfNeeded: blockIndex), UInt32(truncatingIfNeeded: blockIndex >> 32), 0,
          0x8000_0000), key: key)
      blockIndex &+= 1
      used = 0
    }
    defer { used += 1 }
    return block[used]
  }

  /// 64 uniform random bits.
  public mutating func next() -> UInt64 {
    let low = UInt64(nextWord())
    return UInt64(nextWord()) << 32 | low
  }

  /// A draw from the open interval (0, 1) with 53 random bits.
  public mutating func uniform() -> Double {
    (Double(next() >> 12) + 0.5) * 0x1p-52
  }

  /// A draw from N(0, 1), by Box and Muller's transform.
  public mutating func normal() -> Double {
    if let spare = spareNormal {
      spareNormal = nil
      return spare
    }
    let radius = (-2 * log(uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    spareNormal = radius * sin(angle)
    return radius * cos(angle)
  }

  /// An integer in `0..<bound`, each equally likely (Lemire's multiply-and-reject, without modulo
  /// bias). Precondition: `bound` is positive.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "no integer below \(bound)")
    let bound = UInt64(bound)
    while true {
      let product = next().multipliedFullWidth(by: bound)
      // The threshold is below the bound, and takes a division.
      if product.low >= bound || product.low >= (0 &- bound) % bound { return Int(product.high) }
    }
  }

  /// The integers `0..<count` in random order, every order equally likely (Fisher–Yates).
  public mutating func shuffled(_ count: Int) -> [Int] {
    guard let small = UInt32(exactly: count) else {
      var order = Array(0..<count)
      shuffle(&order)
      return order
    }
    // Half the memory of whole words: a shuffle waits for little else.
    var order = Array(0..<small)
    shuffle(&order)
    return order.map { Int($0) }
  }

  private mutating func shuffle<Element>(_ order: inout [Element]) {
    order.withUnsafeMutableBufferPointer { order in
      for last in stride(from: order.count - 1, to: 0, by: -1) {
        order.swapAt(last, integer(below: last + 1))
      }
    }
  }

  /// `count` independent draws from the open interval (0, 1).
  public mutating func uniforms(_ count: Int) -> [Float] {
    (0..<count).map { _ in (Float(nextWord() >> 9) + 0.5) * 0x1p-23 }
  }

  /// `count` independent draws from N(0, 1).
  public mutating func normals(_ count: Int) -> [Float] {
    (0..<count).map { _ in Float(normal()) }
  }
}
