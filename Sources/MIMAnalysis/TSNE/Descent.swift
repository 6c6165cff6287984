/// Gradient descent with momentum and a gain for every coordinate (Jacobs 1988), with the rules
/// and constants of openTSNE 1.0.
struct Descent: Sendable {
  private static let smallestGain = 0.01

  private(set) var map: EmbeddingMap
  private var steps: [Double]
  private var gains: [Double]

  init(from map: EmbeddingMap) {
    self.map = map
    steps = [Double](repeating: 0, count: map.coordinates.count)
    gains = [Double](repeating: 1, count: map.coordinates.count)
  }

  /// One step; no point moves further than `longest`.
  mutating func step(along slopes: [Double], rate: Double, momentum: Double, longest: Double) {
    let dimensions = map.dimensions
    for place in slopes.indices {
      // The gain grows while gradient and last step differ in sign, which is progress: a step
      // runs down the gradient.
      gains[place] =
        steps[place].signValue != slopes[place].signValue
        ? gains[place] + 0.2 : gains[place] * 0.8 + Self.smallestGain
      steps[place] = momentum * steps[place] - rate * gains[place] * slopes[place]
    }
    for first in stride(from: 0, to: steps.count, by: dimensions) {
      shorten(first..<first + dimensions, to: longest)
    }
    for place in steps.indices { map.coordinates[place] += steps[place] }
  }

  private mutating func shorten(_ places: Range<Int>, to longest: Double) {
    let length = places.reduce(0) { $0 + steps[$1] * steps[$1] }.squareRoot()
    guard length > longest else { return }
    for place in places { steps[place] = steps[place] / length * longest }
  }

  /// Moves points that left a box back to its border.
  mutating func clamp(lower: [Double], upper: [Double]) {
    for place in map.coordinates.indices {
      let axis = place % map.dimensions
      map.coordinates[place] = min(max(map.coordinates[place], lower[axis]), upper[axis])
    }
  }

  /// Moves the map's mean to 0.
  mutating func center() {
    let dimensions = map.dimensions
    for axis in 0..<dimensions {
      let places = stride(from: axis, to: map.coordinates.count, by: dimensions)
      let mean = places.reduce(0) { $0 + map.coordinates[$1] } / Double(map.count)
      for place in places { map.coordinates[place] -= mean }
    }
  }
}

extension Double {
  /// −1, 0 or 1.
  fileprivate var signValue: Int { self > 0 ? 1 : self < 0 ? -1 : 0 }
}
