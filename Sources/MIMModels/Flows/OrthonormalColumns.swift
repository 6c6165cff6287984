import Foundation
import MIMTensor

/// Matrices with orthonormal columns for each item, made of free numbers, as Sylvester flows need them.
enum OrthonormalColumns {
  /// Q ← Q (I + ½ (I − QᵀQ)), begun with the matrix divided by its Frobenius norm (Björck and Bowie 1971; van den Berg et al. 2018,
  /// arXiv:1803.05649, equation 18). Its singular values grow to 1 by half at least until they are near, then the error squares
  /// at each step.
  static func iterated(_ matrix: Tensor, steps: Int = 40) -> Tensor {
    let (batch, columns) = (matrix.shape[0], matrix.shape[2])
    let identity = matrix.graph.constant(
      HostArray(
        (0..<columns * columns).map { $0 / columns == $0 % columns ? Float(1) : 0 },
        shape: [1, columns, columns]))
    var q = matrix / matrix.square().sum(axes: [1, 2], keepingDimensions: true).sqrt()
    for _ in 0..<steps {
      let gram = product(transposed(q), q, batch)
      q = product(q, identity * 1.5 - gram * 0.5, batch)
    }
    return q
  }

  /// H_J … H_1, H_j = I − 2 v_j v_jᵀ/‖v_j‖²: a square orthogonal matrix. `vectors` is `[batch, J, event]`.
  static func reflections(_ vectors: Tensor) -> Tensor {
    let (batch, count, size) = (vectors.shape[0], vectors.shape[1], vectors.shape[2])
    let identity = vectors.graph.constant(
      HostArray(
        (0..<size * size).map { $0 / size == $0 % size ? Float(1) : 0 }, shape: [1, size, size]))
    var q = identity.broadcast(to: [batch, size, size])
    for index in 0..<count {
      let v = vectors.slice(axis: 1, range: index..<index + 1).reshape([batch, size])
      let scale = 2 / v.square().sum(axes: [1], keepingDimensions: true)
      // (I − 2 v vᵀ/‖v‖²) Q = Q − v · (2 vᵀQ/‖v‖²)
      let row = (q.transposedTimes(v) * scale).reshape([batch, 1, size])
      q = q - v.reshape([batch, size, 1]) * row
    }
    return q
  }

  /// The same matrix for all items: the identity, or the one that reverses the order of units.
  static func permutation(isReversed: Bool, size: Int, batch: Int, in graph: Graph) -> Tensor {
    let elements = (0..<size * size).map { place -> Float in
      let (row, column) = (place / size, place % size)
      return column == (isReversed ? size - 1 - row : row) ? 1 : 0
    }
    return graph.constant(HostArray(elements, shape: [1, size, size]))
      .broadcast(to: [batch, size, size])
  }

  private static func transposed(_ matrix: Tensor) -> Tensor {
    let (batch, rows, columns) = (matrix.shape[0], matrix.shape[1], matrix.shape[2])
    return matrix.graph.concatenate(
      (0..<columns).map {
        matrix.slice(axis: 2, range: $0..<$0 + 1).reshape([batch, 1, rows])
      }, axis: 1)
  }

  /// A B for each item.
  private static func product(_ a: Tensor, _ b: Tensor, _ batch: Int) -> Tensor {
    let (rows, inner, columns) = (a.shape[1], a.shape[2], b.shape[2])
    return (a.reshape([batch, rows, inner, 1]) * b.reshape([b.shape[0], 1, inner, columns]))
      .sum(axes: [2])
  }
}
