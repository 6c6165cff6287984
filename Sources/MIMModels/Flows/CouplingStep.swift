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

  private func apply(
    _ layers: [Linear], _ x: Tensor, _ activation: Activation, context: Tensor?
  ) -> Tensor {
    layers.enumerated().reduce(x) { features, layer in
      let next = layer.element.apply(
        features, activation: layer.offset == layers.count - 1 ? .none : activation)
      return layer.offset == 0 ? context.map { next + $0 } ?? next : next
    }
  }

  /// s and t `[batch, event]`, 0 for the units that pass.
  private func coefficients(
    _ value: Tensor, _ context: Tensor?
  ) -> (scale: Tensor, shift: Tensor) {
    let passing = value.graph.constant(HostArray(mask, shape: [1, mask.count]))
    let seen = value * passing
    let moving = 1 - passing
    return (
      apply(scale, seen, .tanh, context: context) * moving,
      apply(shift, seen, .relu, context: context) * moving
    )
  }

  /// u eˢ + t where the mask is 0. A `context` `[batch, hidden]` is added after the first layers' non-linearities.
  func forward(_ value: Tensor, context: Tensor?) -> FlowResult {
    let (scale, shift) = coefficients(value, context)
    return FlowResult(value * scale.exp() + shift, logDeterminant: scale.sum(axes: [1]))
  }

  /// (y − t) e⁻ˢ where the mask is 0: s and t see the same units.
  func inverse(_ value: Tensor, context: Tensor?) -> FlowResult {
    let (scale, shift) = coefficients(value, context)
    return FlowResult((value - shift) * (-scale).exp(), logDeterminant: scale.sum(axes: [1]))
  }

  /// u eˢ + t where the mask is 0.
  public func forward(_ value: Tensor) -> FlowResult { forward(value, context: nil) }

  /// (y − t) e⁻ˢ where the mask is 0.
  public func inverse(_ value: Tensor) -> FlowResult { inverse(value, context: nil) }
}

/// A coupling whose networks also see something of each item, as those of a decoder see its code.
struct ConditionalCouplingStep: FlowStep {
  let coupling: CouplingStep
  /// `[batch, hidden]`.
  let context: Tensor

  func forward(_ value: Tensor) -> FlowResult { coupling.forward(value, context: context) }

  func inverse(_ value: Tensor) -> FlowResult { coupling.inverse(value, context: context) }

  /// The context.
  var parts: [Tensor] { [context] }

  /// The same of another context.
  func rebuilt(from parts: [Tensor]) -> any FlowStep {
    ConditionalCouplingStep(coupling: coupling, context: parts[0])
  }
}
