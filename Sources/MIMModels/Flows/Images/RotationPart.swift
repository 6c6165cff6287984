import Foundation
import MIMTensor

/// A part of a random rotation W = P L (U + diag(sign · e^s)), as first values of a 1×1 convolution.
public enum RotationPart: Sendable {
  /// W itself.
  case whole
  /// P.
  case permutation
  /// L below its diagonal of ones.
  case lower
  /// U above the diagonal.
  case upper
  /// s, `[n]`.
  case logScale
  /// The signs, `[n]`.
  case sign

  /// The part of a rotation of n dimensions that `random` draws: normal rows made orthonormal one after another.
  func values(size n: Int, using random: inout RandomStream) -> [Float] {
    let rotation = Self.rotation(size: n, using: &random)
    if case .whole = self { return rotation.map(Float.init) }
    let factors = LUFactors(rotation, size: n)
    func square(_ value: (Int, Int) -> Double) -> [Float] {
      (0..<n * n).map { Float(value($0 / n, $0 % n)) }
    }
    return switch self {
    case .whole: rotation.map(Float.init)
    case .permutation: square { factors.rows[$1] == $0 ? 1 : 0 }
    case .lower: square { $0 > $1 ? factors.elements[$0 * n + $1] : 0 }
    case .upper: square { $0 < $1 ? factors.elements[$0 * n + $1] : 0 }
    case .logScale: factors.diagonal.map { Float(log($0.magnitude)) }
    case .sign: factors.diagonal.map { $0 < 0 ? -1 : 1 }
    }
  }

  private static func rotation(size n: Int, using random: inout RandomStream) -> [Double] {
    var rows: [[Double]] = []
    while rows.count < n {
      var row = (0..<n).map { _ in random.normal() }
      // Twice is enough: what rounding leaves of earlier rows goes with the second pass.
      for _ in 0..<2 {
        for earlier in rows {
          let share = zip(row, earlier).reduce(0) { $0 + $1.0 * $1.1 }
          for index in 0..<n { row[index] -= share * earlier[index] }
        }
      }
      let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      // A draw that lies in the span of the others by accident is drawn again.
      if length > 1e-6 { rows.append(row.map { $0 / length }) }
    }
    return rows.flatMap { $0 }
  }
}
