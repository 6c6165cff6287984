/// Gradient descent with momentum and a gain for every coordinate (Jacobs 1988), with the rules
/// and constants of openTSNE 1.0.
struct Descent: Sendable {
  private static let smallestGain = 0.01

  private(set) var map: PlanarMap
  private var stepsX: [Double]
  private var stepsY: [Double]
  private var gainsX: [Double]
  private var gainsY: [Double]

  init(from map: PlanarMap) {
    self.map = map
    stepsX = [Double](repeating: 0, count: map.count)
    stepsY = stepsX
    gainsX = [Double](repeating: 1, count: map.count)
    gainsY = gainsX
  }

  /// One step; afterwards the map's mean is 0.
  mutating func step(
    along gradient: Divergence.Gradient, rate: Double, momentum: Double, longest: Double
  ) {
    for point in 0..<map.count {
      Self.update(&stepsX[point], &gainsX[point], gradient.x[point], rate, momentum)
      Self.update(&stepsY[point], &gainsY[point], gradient.y[point], rate, momentum)
      let (x, y) = (stepsX[point], stepsY[point])
      let length = (x * x + y * y).squareRoot()
      if length > longest {
        stepsX[point] = x / length * longest
        stepsY[point] = y / length * longest
      }
      map.x[point] += stepsX[point]
      map.y[point] += stepsY[point]
    }
    Self.center(&map.x)
    Self.center(&map.y)
  }

  /// The gain grows while gradient and last step point against each other's sign, which is
  /// progress: a step runs down the gradient.
  private static func update(
    _ step: inout Double, _ gain: inout Double, _ slope: Double, _ rate: Double,
    _ momentum: Double
  ) {
    gain = step.signValue != slope.signValue ? gain + 0.2 : gain * 0.8 + smallestGain
    step = momentum * step - rate * gain * slope
  }

  private static func center(_ values: inout [Double]) {
    let mean = values.reduce(0, +) / Double(values.count)
    for index in values.indices { values[index] -= mean }
  }
}

extension Double {
  /// −1, 0 or 1.
  fileprivate var signValue: Int { self > 0 ? 1 : self < 0 ? -1 : 0 }
}
