import MIMTensor

/// A step of Glow, from codes to images of the same size: the coupling, the 1×1 convolution and actnorm backwards (Kingma and Dhariwal
/// 2018, arXiv:1807.03039, table 1). Towards codes: actnorm, 1×1 convolution, coupling.
struct GlowStep: FlowStep, Sendable {
  let normalization: ActivationNormalization
  let mixing: ChannelMixing
  let coupling: ImageCoupling

  private var statistics: NormalizationStatistics { coupling.statistics }

  var parameters: [ParameterDeclaration] {
    normalization.parameters + mixing.parameters + coupling.parameters
  }

  /// Pixels · (Σ γl + log |det W|), the same for each item: how much actnorm and W stretch towards codes.
  private func stretch(_ logScale: Tensor, _ value: Tensor) -> Tensor {
    let pixels = Float(value.shape[2] * value.shape[3])
    return ((logScale.sum() + mixing.logDeterminant(in: value.graph)) * pixels)
      .broadcast(to: [value.shape[0]])
  }

  /// `[C, C]` as the weight of a 1×1 convolution.
  private func convolve(_ value: Tensor, _ matrix: Tensor, bias: Tensor) -> Tensor {
    let channels = mixing.channels
    return value.convolution(heads: [(matrix.reshape([channels, channels, 1, 1]), bias)])
  }

  /// W ((x + b) e^{γl}) as one convolution, then the coupling.
  func inverse(_ value: Tensor) -> FlowResult {
    let channels = mixing.channels
    let (bias, logScale) = normalization.values(for: value, statistics)
    let scale = logScale.exp()
    let matrix = mixing.matrix(in: value.graph)
    let mixed = convolve(
      value, matrix * scale.reshape([1, channels]),
      bias: (matrix * (bias * scale).reshape([1, channels])).sum(axes: [1]))
    let coupled = coupling.inverse(mixed)
    return FlowResult(
      coupled.value, logDeterminant: coupled.logDeterminant - stretch(logScale, value))
  }

  /// e^{−γl} W⁻¹ y − b as one convolution, after the coupling's inverse.
  func forward(_ value: Tensor) -> FlowResult {
    let coupled = coupling.forward(value)
    let (bias, logScale) = normalization.values(for: value, .running)
    let matrix =
      mixing.inverse(in: value.graph) * (-logScale).exp().reshape([mixing.channels, 1])
    return FlowResult(
      convolve(coupled.value, matrix, bias: -bias),
      logDeterminant: coupled.logDeterminant - stretch(logScale, value))
  }
}
