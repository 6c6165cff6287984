import MIMTensor

/// A Sylvester flow (van den Berg et al. 2018, arXiv:1803.05649, equations 13 and 14): y = z + Q R tanh(R̃ Qᵀz + b) with M orthonormal
/// columns Q and upper triangular R and R̃ of size M. By Sylvester's identity log |det| = Σ log |1 + (1 − tanh²) R_ii R̃_ii|. The
/// diagonals are tanhs, so that R_ii R̃_ii > −1 and the map is invertible.
public struct SylvesterStep: FlowStep {
  /// Q `[batch, event, M]`, orthonormal columns.
  public let basis: Tensor
  /// R `[batch, M, M]`, upper triangular.
  public let outer: Tensor
  /// R̃ `[batch, M, M]`, upper triangular.
  public let inner: Tensor
  /// b `[batch, M]`.
  public let offset: Tensor

  /// Of Q, R, R̃ and b.
  public init(basis: Tensor, outer: Tensor, inner: Tensor, offset: Tensor) {
    self.basis = basis
    self.outer = outer
    self.inner = inner
    self.offset = offset
  }

  /// R and R̃ out of one square matrix for both, as the authors have them: what lies above its diagonal is R's, what lies below
  /// is R̃'s, transposed.
  /// - Parameters:
  ///   - full: `[batch, M, M]`
  ///   - diagonals: those of R and R̃ before their tanh, `[batch, M]` each.
  public init(
    basis: Tensor, full: Tensor, diagonals: (outer: Tensor, inner: Tensor), offset: Tensor
  ) {
    let size = full.shape[1]
    func mask(_ holds: (_ row: Int, _ column: Int) -> Bool) -> Tensor {
      let elements = (0..<size * size).map { holds($0 / size, $0 % size) ? Float(1) : 0 }
      return full.graph.constant(HostArray(elements, shape: [1, size, size]))
    }
    func triangle(_ matrix: Tensor, _ diagonal: Tensor) -> Tensor {
      matrix * mask { $1 > $0 }
        + diagonal.tanh().reshape([diagonal.shape[0], size, 1]) * mask { $1 == $0 }
    }
    // Columns side by side are the rows of the transposed matrix.
    let transposed = full.graph.concatenate(
      (0..<size).map {
        full.slice(axis: 2, range: $0..<$0 + 1).reshape([full.shape[0], 1, size])
      }, axis: 1)
    self.init(
      basis: basis, outer: triangle(full, diagonals.outer),
      inner: triangle(transposed, diagonals.inner), offset: offset)
  }

  private var size: Int { offset.shape[1] }

  private func diagonal(_ matrix: Tensor) -> Tensor {
    matrix.graph.concatenate((0..<size).map { matrix.entry($0, $0) }, axis: 1)
  }

  private func logDeterminant(_ bent: Tensor) -> Tensor {
    (1 + (1 - bent.square()) * diagonal(outer) * diagonal(inner)).abs().log().sum(axes: [1])
  }

  /// y = z + Q R tanh(R̃ Qᵀz + b).
  public func forward(_ value: Tensor) -> FlowResult {
    let bent = (inner.matrixTimes(basis.transposedTimes(value)) + offset).tanh()
    return FlowResult(
      value + basis.matrixTimes(outer.matrixTimes(bent)), logDeterminant: logDeterminant(bent))
  }

  /// v = Qᵀz solves v + R tanh(R̃ v + b) = Qᵀy, from its last unit to its first: each is then alone in its equation. Then
  /// z = y − Q R tanh(R̃ v + b).
  public func inverse(_ value: Tensor) -> FlowResult {
    let target = basis.transposedTimes(value)
    let graph = value.graph
    var (units, bent): ([Tensor], [Tensor]) = ([], [])
    for index in (0..<size).reversed() {
      var (rest, inside) = (target.column(index), offset.column(index))
      for (place, later) in (index + 1..<size).enumerated() {
        rest = rest - outer.entry(index, later) * bent[place]
        inside = inside + inner.entry(index, later) * units[place]
      }
      let slope = inner.entry(index, index)
      let unit = TanhEquation.solution(
        target: rest, factor: outer.entry(index, index), slope: slope, offset: inside)
      units.insert(unit, at: 0)
      bent.insert((slope * unit + inside).tanh(), at: 0)
    }
    let all = graph.concatenate(bent, axis: 1)
    return FlowResult(
      value - basis.matrixTimes(outer.matrixTimes(all)), logDeterminant: logDeterminant(all))
  }

  /// Q, R, R̃, b.
  public var parts: [Tensor] { [basis, outer, inner, offset] }

  /// The same of other parts.
  public func rebuilt(from parts: [Tensor]) -> any FlowStep {
    SylvesterStep(basis: parts[0], outer: parts[1], inner: parts[2], offset: parts[3])
  }
}
