import Foundation

/// The similarity of two points of an embedding at distance d: w = (1 + d²/α)^−α, Student's t with
/// one degree of freedom for α = 1, heavier tails below (Kobak et al. 2019, arXiv:1902.05804,
/// equation 3).
struct StudentKernel: Sendable, Equatable {
  /// α.
  let freedom: Double

  /// The similarity at a squared distance.
  func similarity(_ squared: Double) -> Double {
    let base = 1 + squared / freedom
    return freedom == 1 ? 1 / base : pow(base, -freedom)
  }

  /// How much larger it is than at another squared distance, precise where both are almost 1.
  func excess(_ squared: Double, over other: Double) -> Double {
    let ratio = freedom * (log1p(other / freedom) - log1p(squared / freedom))
    return similarity(other) * expm1(ratio)
  }
}

/// What the kernel adds up to around one position.
struct KernelSums: Sendable {
  /// Σⱼ w.
  var similarity = 0.0
  /// Σⱼ w·(yᵢ − yⱼ)/(1 + d²/α), −½ of the gradient of Σⱼ w.
  var force = SIMD4<Double>.zero

  @inline(__always)
  mutating func add(
    _ difference: SIMD4<Double>, _ squared: Double, mass: Double, kernel: StudentKernel
  ) {
    let weighted = mass * kernel.similarity(squared)
    similarity += weighted
    force += (weighted / (1 + squared / kernel.freedom)) * difference
  }
}
