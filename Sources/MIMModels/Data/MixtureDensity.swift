import MIMTensor

/// A mixture of K equally weighted Gaussians with diagonal covariance, whose density is known
/// exactly: P(x) = (1/K) Σᵢ Πⱼ N(xⱼ; meanᵢⱼ, scaleᵢⱼ²). The component that a point was drawn from
/// is its label.
public struct MixtureDensity: Sendable, Equatable {
  /// The centres, `[K, d]`.
  public let means: HostArray<Float>
  /// The standard deviations, `[K, d]`.
  public let scales: HostArray<Float>

  /// The number of components, K.
  public var componentCount: Int { means.rowCount }
  /// The dimension of a point, d.
  public var dimension: Int { means.rowSize }

  /// Precondition: both are `[K, d]` with K, d ≥ 1, and all scales positive.
  public init(means: HostArray<Float>, scales: HostArray<Float>) {
    precondition(means.shape == scales.shape && means.shape.rank == 2, "means and scales differ")
    precondition(means.count > 0 && scales.elements.allSatisfy { $0 > 0 }, "an empty mixture")
    self.means = means
    self.scales = scales
  }

  /// log P(x) in nats of each row of `points` `[n, d]`, with all constants.
  public func logDensity(of points: HostArray<Float>) throws -> [Double] {
    guard points.shape.rank == 2, points.shape[1] == dimension else {
      throw DataError.wrongItemShape(expected: [dimension], found: points.shape)
    }
    let constants = logConstants
    return (0..<points.rowCount).map { row in
      logDensity(of: points.elements, from: row * dimension, constants: constants)
    }
  }

  /// Draws `count` points and the components that they came from.
  public func sample<Generator: RandomNumberGenerator>(
    _ count: Int, using generator: inout Generator
  ) -> (points: HostArray<Float>, labels: [Int32]) {
    var points = [Float](repeating: 0, count: count * dimension)
    var labels = [Int32](repeating: 0, count: count)
    points.withUnsafeMutableBufferPointer { points in
      labels.withUnsafeMutableBufferPointer { labels in
        sample(into: points, labels: labels, using: &generator)
      }
    }
    return (HostArray(points, shape: [count, dimension]), labels)
  }

  /// Draws `labels.count` points into memory that the caller owns, without allocating: row-major
  /// `[labels.count, d]`. Precondition: `points` has room for them.
  public func sample<Generator: RandomNumberGenerator>(
    into points: UnsafeMutableBufferPointer<Float>, labels: UnsafeMutableBufferPointer<Int32>,
    using generator: inout Generator
  ) {
    precondition(points.count >= labels.count * dimension, "no room for \(labels.count) points")
    var normals = NormalPairs()
    means.elements.withUnsafeBufferPointer { means in
      scales.elements.withUnsafeBufferPointer { scales in
        for index in labels.indices {
          let component = Int(
            truncatingIfNeeded: generator.next(upperBound: UInt64(componentCount)))
          labels[index] = Int32(truncatingIfNeeded: component)
          for axis in 0..<dimension {
            let entry = component * dimension + axis
            points[index * dimension + axis] =
              means[entry] + scales[entry] * Float(normals.next(using: &generator))
          }
        }
      }
    }
  }

  /// The entropy H = −E[log P(x)] in nats from `count` seeded draws, with its standard error.
  public func entropy<Generator: RandomNumberGenerator>(
    samples count: Int, using generator: inout Generator
  ) throws -> (value: Double, standardError: Double) {
    let surprisals = try logDensity(of: sample(max(2, count), using: &generator).points).map { -$0 }
    let mean = surprisals.reduce(0, +) / Double(surprisals.count)
    let squares = surprisals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let variance = squares / Double(surprisals.count - 1)
    return (mean, (variance / Double(surprisals.count)).squareRoot())
  }
}
