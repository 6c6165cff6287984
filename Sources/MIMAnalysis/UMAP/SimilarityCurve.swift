import Foundation

/// The similarity of two points of an embedding at distance d, 1/(1 + a·d^(2b)), with a and b such that it comes nearest, by
/// least squares at 300 distances from 0 to 3·spread, to 1 up to a minimum distance and to exp(−(d − minimum)/spread) beyond
/// (McInnes, Healy & Melville 2018, arXiv:1802.03426, section 4.2; umap-learn's `find_ab_params`).
package struct SimilarityCurve: Sendable, Equatable {
  package private(set) var a: Double
  package private(set) var b: Double

  /// Fits by Levenberg and Marquardt's method.
  package init(minimumDistance: Double, spread: Double) {
    (a, b) = (1, 1)
    let samples = (0..<300).map { index in
      let distance = Double(index) * 3 * spread / 299
      return Sample(
        distance: distance,
        similarity: distance < minimumDistance ? 1 : exp(-(distance - minimumDistance) / spread))
    }
    var damping = 1e-3
    var error = squaredError(at: samples)
    for _ in 0..<1_000 {
      let step = step(towards: samples, damping: damping)
      var moved = self
      moved.a = max(1e-6, a + step.a)
      moved.b = max(1e-6, b + step.b)
      let next = moved.squaredError(at: samples)
      guard next < error else {
        damping *= 4
        if damping > 1e12 { break }
        continue
      }
      let gain = error - next
      (self, error, damping) = (moved, next, damping / 4)
      if gain <= 1e-15 * error { break }
    }
  }

  private struct Sample {
    let distance: Double
    let similarity: Double
  }

  private func value(at distance: Double) -> Double { 1 / (1 + a * pow(distance, 2 * b)) }

  private func squaredError(at samples: [Sample]) -> Double {
    samples.reduce(0) { sum, sample in
      let error = value(at: sample.distance) - sample.similarity
      return sum + error * error
    }
  }

  /// Solves the damped normal equations of two unknowns.
  private func step(towards samples: [Sample], damping: Double) -> (a: Double, b: Double) {
    var (aa, ab, bb, ra, rb) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for sample in samples where sample.distance > 0 {
      let value = value(at: sample.distance)
      let power = pow(sample.distance, 2 * b)
      let slopeA = -power * value * value
      let slopeB = -2 * a * power * log(sample.distance) * value * value
      let rest = sample.similarity - value
      aa += slopeA * slopeA
      ab += slopeA * slopeB
      bb += slopeB * slopeB
      ra += slopeA * rest
      rb += slopeB * rest
    }
    let (dampedA, dampedB) = (aa * (1 + damping), bb * (1 + damping))
    let determinant = dampedA * dampedB - ab * ab
    guard determinant > 0 else { return (0, 0) }
    return (
      (dampedB * ra - ab * rb) / determinant, (dampedA * rb - ab * ra) / determinant
    )
  }
}
