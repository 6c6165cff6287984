import MIMTensor

/// A planar flow (Rezende and Mohamed 2015, arXiv:1505.05770, equations 10 to 12): y = z + û tanh(wᵀz + b), with
/// û = u + (−1 + softplus(wᵀu) − wᵀu) w/‖w‖², so that wᵀû > −1 and the map is invertible.
public struct PlanarStep: FlowStep {
  /// w `[batch, event]`.
  public let direction: Tensor
  /// u `[batch, event]`.
  public let push: Tensor
  /// b `[batch, 1]`.
  public let offset: Tensor

  /// Of w and u, `[batch, event]` each, and b `[batch, 1]`.
  public init(direction: Tensor, push: Tensor, offset: Tensor) {
    self.direction = direction
    self.push = push
    self.offset = offset
  }

  /// û `[batch, event]`, and wᵀû `[batch, 1]`.
  private var bounded: (push: Tensor, overlap: Tensor) {
    let overlap = dot(direction, push)
    let excess = overlap.softplus() - 1 - overlap
    let norm = dot(direction, direction)
    return (push + direction * (excess / norm), overlap.softplus() - 1)
  }

  private func dot(_ a: Tensor, _ b: Tensor) -> Tensor {
    (a * b).sum(axes: [1], keepingDimensions: true)
  }

  /// log |1 + (1 − tanh²) wᵀû|, `[batch]`.
  private func logDeterminant(_ bent: Tensor, _ overlap: Tensor) -> Tensor {
    (1 + (1 - bent.square()) * overlap).abs().log().sum(axes: [1])
  }

  /// y = z + û tanh(wᵀz + b).
  public func forward(_ value: Tensor) -> FlowResult {
    let (push, overlap) = bounded
    let bent = (dot(direction, value) + offset).tanh()
    return FlowResult(value + push * bent, logDeterminant: logDeterminant(bent, overlap))
  }

  /// a = wᵀz solves a + wᵀû tanh(a + b) = wᵀy; then z = y − û tanh(a + b).
  public func inverse(_ value: Tensor) -> FlowResult {
    let (push, overlap) = bounded
    let one = overlap.graph.scalar(1).broadcast(to: overlap.shape)
    let along = TanhEquation.solution(
      target: dot(direction, value), factor: overlap, slope: one, offset: offset)
    let bent = (along + offset).tanh()
    return FlowResult(value - push * bent, logDeterminant: logDeterminant(bent, overlap))
  }

  /// w, u, b.
  public var parts: [Tensor] { [direction, push, offset] }

  /// The same of other parts.
  public func rebuilt(from parts: [Tensor]) -> any FlowStep {
    PlanarStep(direction: parts[0], push: parts[1], offset: parts[2])
  }
}
