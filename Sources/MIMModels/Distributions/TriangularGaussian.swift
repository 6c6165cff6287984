import Foundation
import MIMTensor

/// N(μ, L Lᵀ) with a lower triangular L: any Gaussian. As a flow it is z = μ + L ε with ε ~ N(0, I), whose density is known while it is
/// drawn; that of a given value takes L ε = z − μ to be solved, unit by unit.
public struct TriangularGaussian: Distribution {
  /// μ `[batch, event]`.
  public let location: Tensor
  /// The logarithm of L's diagonal before its floor, `[batch, event]`.
  public let logDiagonal: Tensor
  /// A square matrix for each item, row by row, of which what lies below the diagonal is L's, `[batch, event · event]`.
  public let factors: Tensor
  /// The floor of the diagonal.
  public let minScale: Float

  /// A Gaussian of the tensors described above, of these shapes.
  public init(location: Tensor, logDiagonal: Tensor, factors: Tensor, minScale: Float) {
    self.location = location
    self.logDiagonal = logDiagonal
    self.factors = factors
    self.minScale = minScale
  }

  private var batch: Int { location.shape[0] }
  private var event: Int { location.shape[1] }
  private var diagonal: Tensor { logDiagonal.exp() + minScale }

  /// A constant [1, event, event] with 1 where `holds`.
  private func mask(_ holds: (_ row: Int, _ column: Int) -> Bool) -> Tensor {
    let elements = (0..<event * event).map { holds($0 / event, $0 % event) ? Float(1) : 0 }
    return location.graph.constant(HostArray(elements, shape: [1, event, event]))
  }

  /// L `[batch, event, event]`.
  private var matrix: Tensor {
    factors.reshape([batch, event, event]) * mask { $1 < $0 }
      + diagonal.reshape([batch, event, 1]) * mask { $1 == $0 }
  }

  /// μ.
  public var mean: Tensor? { location }

  /// √(Σ_j L_ij²).
  public var standardDeviation: Tensor? { matrix.square().sum(axes: [2]).sqrt() }

  /// log N(ε; 0, I) − Σ log L_ii, `[batch]`.
  private func logDensity(ofNoise noise: Tensor) -> Tensor {
    noise.standardNormalLogDensity() - diagonal.log().sum(axes: [-1])
  }

  /// Forward substitution: ε_i = (z_i − μ_i − Σ_{j<i} L_ij ε_j)/L_ii.
  public func logDensity(of value: Tensor) -> Tensor {
    let (rest, matrix, graph) = (value - location, matrix, location.graph)
    var noise: [Tensor] = []
    for row in 0..<event {
      var numerator = rest.slice(axis: 1, range: row..<row + 1)
      if row > 0 {
        let known = graph.concatenate(noise, axis: 1)
        let weights = matrix.slice(axis: 1, range: row..<row + 1)
          .slice(axis: 2, range: 0..<row).reshape([batch, row])
        numerator = numerator - (weights * known).sum(axes: [1], keepingDimensions: true)
      }
      noise.append(numerator / diagonal.slice(axis: 1, range: row..<row + 1))
    }
    return logDensity(ofNoise: graph.concatenate(noise, axis: 1))
  }

  /// μ + L ε.
  public func draw(from noise: NoiseSource, stream: String) -> Draw {
    let epsilon = noise.normal(location.shape, stream)
    let moved = (matrix * epsilon.reshape([batch, 1, event])).sum(axes: [2])
    return Draw(location + moved, logDensity: logDensity(ofNoise: epsilon))
  }

  /// Σ log L_ii + d/2 log 2πe.
  public var entropy: Tensor? {
    diagonal.log().sum(axes: [-1]) + Float(event) * 0.5 * Float(log(2 * Double.pi * M_E))
  }

  /// What it is made of.
  public var parts: [Tensor] { [location, logDiagonal, factors] }

  /// The same of other parts.
  public func rebuilt(from parts: [Tensor]) -> any Distribution {
    TriangularGaussian(
      location: parts[0], logDiagonal: parts[1], factors: parts[2], minScale: minScale)
  }
}
