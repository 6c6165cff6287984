import Foundation
import MIMTensor

/// A task of the Beyond-Normal benchmark (Czyż, Grabowski, Vogt, Beerenwinkel & Marx, NeurIPS 2023,
/// arXiv:2306.11078): a distribution of (x, y) whose mutual information is known.
public struct BenchmarkTask: Sendable {
  /// Its name there: `1v1-normal-0.75`.
  public let name: String
  /// What it is, in words: `Bivariate normal 1 × 1`.
  public let title: String
  /// The columns of x.
  public let xWidth: Int
  /// The columns of y.
  public let yWidth: Int
  /// I(x; y) in nats.
  public let information: Double
  /// A draw of x and of y, one row each.
  let draw: @Sendable (inout RandomStream) -> (x: [Double], y: [Double])

  /// `count` rows of x and of y, `[count, xWidth]` and `[count, yWidth]`.
  public func sample(
    _ count: Int, seed: UInt64
  ) -> (x: HostArray<Double>, y: HostArray<Double>) {
    var random = RandomStream(seed: seed, stream: "bmi.\(name)")
    var (x, y) = ([Double](), [Double]())
    x.reserveCapacity(count * xWidth)
    y.reserveCapacity(count * yWidth)
    for _ in 0..<count {
      let row = draw(&random)
      x += row.x
      y += row.y
    }
    return (
      HostArray(x, shape: [count, xWidth]), HostArray(y, shape: [count, yWidth])
    )
  }

  /// The same distribution with both rows mapped one to one, which leaves the information as it is.
  func mapped(
    _ prefix: String, _ title: String, xWidth: Int? = nil,
    x mapX: @escaping @Sendable ([Double]) -> [Double],
    y mapY: @escaping @Sendable ([Double]) -> [Double]
  ) -> BenchmarkTask {
    let draw = draw
    return BenchmarkTask(
      name: prefix + name, title: title, xWidth: xWidth ?? self.xWidth, yWidth: yWidth,
      information: information
    ) { random in
      let row = draw(&random)
      return (mapX(row.x), mapY(row.y))
    }
  }

  /// The same with every coordinate mapped by an increasing function.
  func mapped(
    _ prefix: String, _ title: String, _ map: @escaping @Sendable (Double) -> Double
  ) -> BenchmarkTask {
    mapped(prefix, title + " @ " + self.title, x: { $0.map(map) }, y: { $0.map(map) })
  }
}

extension BenchmarkTask {
  /// All 40 tasks of version 1, in the benchmark's order.
  public static let all: [BenchmarkTask] =
    oneDimensional + [swissRoll] + normals + students + transformed

  /// The task of that name, or of that title (× may be written x).
  public static func named(_ name: String) -> BenchmarkTask? {
    let plain = { (text: String) in text.replacingOccurrences(of: "×", with: "x").lowercased() }
    return all.first { $0.name == name } ?? all.first { plain($0.title) == plain(name) }
  }

  private static let binormal = normalPair(correlation: 0.75)
  private static let uniform = binormal.mapped("normal_cdf-", "Normal CDF", normalCDF)
  private static let cauchy = student(1, degrees: 1)

  private static let oneDimensional = [
    binormal, uniform, additive(0.1), additive(0.75), bimodal(uniform),
    binormal.mapped(
      "wiggly-", "Wiggly @ " + binormal.title, x: { $0.map(wiggleX) }, y: { $0.map(wiggleY) }),
    binormal.mapped("half_cube-", "Half-cube", halfCube), cauchy,
    cauchy.mapped("asinh-", "Asinh", asinh),
  ]

  private static let swissRoll = uniform.mapped(
    "swissroll_x-", "Swiss roll 2 × 1", xWidth: 2, x: { rolled($0[0]) }, y: { $0 })

  private static let normals =
    [2, 3, 5, 25, 50].map(dense) + [2, 3, 5, 25].map(twoPairs)

  private static let students = [(2, 1), (2, 2), (3, 2), (3, 3), (5, 2), (5, 3)].map {
    student($0.0, degrees: $0.1)
  }

  private static let transformed: [BenchmarkTask] = {
    let pairs = [3, 5, 25].map(twoPairs)
    let cdfs = pairs.map { $0.mapped("normal_cdf-", "Normal CDF", normalCDF) }
    return cdfs + pairs.map { $0.mapped("half_cube-", "Half-cube", halfCube) }
      + pairs.map(spiralled)
      + cdfs.map(spiralled)
      + [(2, 1), (3, 2), (5, 2)].map {
        student($0.0, degrees: $0.1).mapped("asinh-", "Asinh", asinh)
      }
  }()
}
