import MIMTensor

/// The coupling of Glow, as a step from codes to images: the first half of the channels says how the second moves (Kingma and
/// Dhariwal 2018, arXiv:1807.03039, table 1). Towards codes z₂ = (x₂ + t) σ(h + 2), or x₂ + t where it is additive, with h and t of a
/// network of x₁: three convolutions, 3×3, 1×1 and 3×3.
struct ImageCoupling: FlowStep, Sendable {
  let first: NormalizedConvolution
  let second: NormalizedConvolution
  let last: GainedConvolution
  let isAffine: Bool
  let statistics: NormalizationStatistics

  var parameters: [ParameterDeclaration] {
    first.parameters + second.parameters + last.parameters
  }

  private func halves(_ value: Tensor) -> (Tensor, Tensor) {
    let half = value.shape[1] / 2
    return (
      value.slice(axis: 1, range: 0..<half), value.slice(axis: 1, range: half..<2 * half)
    )
  }

  /// t and h + 2 for the second half; no h where it is additive.
  private func coefficients(_ seen: Tensor) -> (shift: Tensor, logit: Tensor?) {
    let hidden = second.apply(first.apply(seen, statistics), statistics)
    guard isAffine else { return (last.apply(hidden), nil) }
    // Shifts are the even channels, scales the odd ones, in the authors' code and its ports.
    let (shift, scale) = last.halves(hidden)
    return (shift, scale + 2)
  }

  /// −Σ log σ(h + 2) for each item.
  private func stretch(_ logit: Tensor?, _ value: Tensor) -> Tensor {
    let batch = value.shape[0]
    guard let logit else { return value.graph.scalar(0).broadcast(to: [batch]) }
    return (-logit).softplus().sum(axes: [1, 2, 3])
  }

  /// x₂ = z₂/σ(h + 2) − t.
  func forward(_ value: Tensor) -> FlowResult {
    let (seen, moving) = halves(value)
    let (shift, logit) = coefficients(seen)
    let unscaled = logit.map { moving / $0.sigmoid() } ?? moving
    return FlowResult(
      value.graph.concatenate([seen, unscaled - shift], axis: 1),
      logDeterminant: stretch(logit, value))
  }

  /// z₂ = (x₂ + t) σ(h + 2).
  func inverse(_ value: Tensor) -> FlowResult {
    let (seen, moving) = halves(value)
    let (shift, logit) = coefficients(seen)
    let shifted = moving + shift
    return FlowResult(
      value.graph.concatenate([seen, logit.map { shifted * $0.sigmoid() } ?? shifted], axis: 1),
      logDeterminant: stretch(logit, value))
  }
}
