import MIMTensor

/// y = b u + (1 − b)(u eˢ + t) with s and t of b u: an affine coupling of Real NVP (Dinh et al. 2017, arXiv:1605.08803, equation 9).
/// Half of the units pass unchanged and say how the others are scaled and moved; draws and densities take one pass each.
public struct CouplingStep: FlowStep, Sendable {
  /// 1 for the units that pass unchanged.
  public let mask: [Float]
  /// s, by layers with tanh between them.
  public let scale: [Linear]
  /// t, by layers with max(0, x) between them.
  public let shift: [Linear]

  /// Of the mask and the layers of s and t.
  public init(mask: [Float], scale: [Linear], shift: [Linear]) {
    self.mask = mask
    self.scale = scale
    self.shift = shift
  }

  private func apply(_ layers: [Linear], _ x: Tensor, _ activation: Activation) -> Tensor {
    layers.enumerated().reduce(x) {
      $1.element.apply($0, activation: $1.offset == layers.count - 1 ? .none : activation)
    }
  }

  /// s and t `[batch, event]`, 0 for the units that pass.
  private func coefficients(_ value: Tensor) -> (scale: Tensor, shift: Tensor) {
    let passing = value.graph.constant(HostArray(mask, shape: [1, mask.count]))
    let seen = value * passing
    let moving = 1 - passing
    return (apply(scale, seen, .tanh) * moving, apply(shift, seen, .relu) * moving)
  }

  /// u eˢ + t where the mask is 0.
  public func forward(_ value: Tensor) -> FlowResult {
    let (scale, shift) = coefficients(value)
    return FlowResult(value * scale.exp() + shift, logDeterminant: scale.sum(axes: [1]))
  }

  /// (y − t) e⁻ˢ where the mask is 0: s and t see the same units.
  public func inverse(_ value: Tensor) -> FlowResult {
    let (scale, shift) = coefficients(value)
    return FlowResult((value - shift) * (-scale).exp(), logDeterminant: scale.sum(axes: [1]))
  }
}
