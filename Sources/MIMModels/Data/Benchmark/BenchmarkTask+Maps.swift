import Foundation

// One-to-one maps of one variable: they change its distribution and keep the information.
extension BenchmarkTask {
  /// Φ(x), the distribution function of N(0, 1).
  static let normalCDF: @Sendable (Double) -> Double = { 0.5 * erfc(-$0 / 2.0.squareRoot()) }

  /// x √|x|.
  static let halfCube: @Sendable (Double) -> Double = { $0 * abs($0).squareRoot() }

  /// The inverse hyperbolic sine, which shortens long tails.
  static let asinh: @Sendable (Double) -> Double = { Foundation.asinh($0) }

  /// x + 0.4 sin x + 0.2 sin(1.7 x + 1) + 0.03 sin(3.3 x − 2.5).
  static let wiggleX: @Sendable (Double) -> Double = {
    $0 + 0.4 * sin($0) + 0.2 * sin(1.7 * $0 + 1) + 0.03 * sin(3.3 * $0 - 2.5)
  }

  /// y − 0.4 sin(0.4 y) + 0.17 sin(1.3 y + 3.5) + 0.02 sin(4.3 y − 2.5).
  static let wiggleY: @Sendable (Double) -> Double = {
    $0 - 0.4 * sin(0.4 * $0) + 0.17 * sin(1.3 * $0 + 3.5) + 0.02 * sin(4.3 * $0 - 2.5)
  }

  /// A point of (0, 1) on a spiral in the plane: t (cos t, sin t)/21 with t = 3π/2 (1 + 2u).
  static let rolled: @Sendable (Double) -> [Double] = { u in
    let t = 1.5 * Double.pi * (1 + 2 * u)
    return [t * cos(t) / 21, t * sin(t) / 21]
  }

  /// Uniform variables become mixtures of two normals of variance 1: x with means 0 and 5 and weights
  /// 0.3 and 0.7, y with means −1 and 3 and equal weights.
  static func bimodal(_ uniform: BenchmarkTask) -> BenchmarkTask {
    let mapped = uniform.mapped(
      "", "Bimodal 1 × 1",
      x: {
        $0.map { inverse($0) { 0.3 * normalCDF($0) + 0.7 * normalCDF($0 - 5) } }
      },
      y: {
        $0.map { inverse($0) { 0.5 * normalCDF($0 + 1) + 0.5 * normalCDF($0 - 3) } }
      })
    return BenchmarkTask(
      name: "1v1-bimodal-0.75", title: mapped.title, xWidth: 1, yWidth: 1,
      information: mapped.information, draw: mapped.draw)
  }

  /// Where an increasing function has a value, by bisection from −10 to 10.
  private static func inverse(_ value: Double, of function: (Double) -> Double) -> Double {
    var (low, high) = (-10.0, 10.0)
    while high - low > 1e-12 {
      let middle = (low + high) / 2
      guard middle > low, middle < high else { break }
      if function(middle) < value { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// Rotates points by an angle that grows with their squared length, |x|²/d: x in the plane of its first
  /// two coordinates, y in that of its second and third.
  static func spiralled(_ task: BenchmarkTask) -> BenchmarkTask {
    task.mapped(
      "spiral-", "Spiral @ " + task.title, x: { turned($0, plane: 0) }, y: { turned($0, plane: 1) })
  }

  private static func turned(_ point: [Double], plane first: Int) -> [Double] {
    guard point.count > first + 1 else { return point }
    let angle = point.reduce(0) { $0 + $1 * $1 } / Double(point.count)
    var turned = point
    turned[first] = cos(angle) * point[first] - sin(angle) * point[first + 1]
    turned[first + 1] = sin(angle) * point[first] + cos(angle) * point[first + 1]
    return turned
  }
}
