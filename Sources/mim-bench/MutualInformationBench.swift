import Foundation
import MIMAnalysis
import MIMTensor

/// KSG-1 between x and z = 0.6 x + 0.8 e, n points of d + d dimensions: value, standard error and
/// every point's contribution, as `evaluate … mi` asks for them. The peer,
/// Tests/Benchmarks/peers/ksg.py, makes the same points, so the values must agree.
enum MutualInformationBench {
  static let all = [
    bench(dimensions: 20, count: 10_000, runs: 7), bench(dimensions: 2, count: 10_000, runs: 15),
    bench(dimensions: 3, count: 100_000, runs: 5),
  ]

  private static func bench(dimensions: Int, count: Int, runs: Int) -> Benchmark {
    Benchmark(
      name: "ksg-\(dimensions)-\(dimensions)-\(count)",
      purpose: "KSG-1 of \(count) points, \(dimensions) + \(dimensions) dimensions, both cores"
    ) {
      let (x, z) = points(dimensions: dimensions, count: count)
      var seconds: [Double] = []
      var value = Double.nan
      for run in 0...runs {
        let begin = ContinuousClock.now
        value = try mutualInformationKSG(x, z, k: 5).value
        if run > 0 { seconds.append(begin.secondsSince) }
      }
      return Measurement(
        seconds: seconds, threads: ProcessInfo.processInfo.activeProcessorCount,
        computed: ["value": value])
    }
  }

  /// Sums of four uniforms, by additions and products that every language rounds alike.
  private static func points(
    dimensions: Int, count: Int
  ) -> (x: HostArray<Double>, z: HostArray<Double>) {
    let size = count * dimensions
    let x = BenchPoints.draws(size, first: 0)
    let noise = BenchPoints.draws(size, first: UInt64(size))
    let z = zip(x, noise).map { 0.6 * $0 + 0.8 * $1 }
    let shape = Shape([count, dimensions])
    return (HostArray(x, shape: shape), HostArray(z, shape: shape))
  }

}

/// Points that every language makes alike.
enum BenchPoints {
  /// Sums of four uniforms less 2, counted on from the draw `first`.
  static func draws(_ size: Int, first: UInt64) -> [Double] {
    (0..<UInt64(size)).map { index in
      let four = (0..<4).map { uniform(4 * (first + index) + $0) }
      return ((four[0] + four[1]) + four[2]) + four[3] - 2
    }
  }

  /// SplitMix64 of a counter (Steele, Lea & Flood 2014), the top 53 bits as a fraction.
  private static func uniform(_ counter: UInt64) -> Double {
    var word = (counter &+ 1) &* 0x9E37_79B9_7F4A_7C15
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((word ^ (word >> 31)) >> 11) * 0x1p-53
  }
}
