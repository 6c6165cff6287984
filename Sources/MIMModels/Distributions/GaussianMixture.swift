import MIMTensor

/// Σ_k w_k N(mean_k, diag(scale_k²)) with w = softmax(logits) and
/// scale_k = exp(logScale_k) + minScale.
public struct GaussianMixture: Distribution {
  /// `[batch, components]`.
  public let logits: Tensor
  /// `[batch, components, event]`.
  public let means: Tensor
  /// `[batch, components, event]`.
  public let logScales: Tensor
  /// The floor of the scales.
  public let minScale: Float

  /// Of logits `[batch, components]`, means and log-scales `[batch, components, event]`.
  public init(logits: Tensor, means: Tensor, logScales: Tensor, minScale: Float) {
    self.logits = logits
    self.means = means
    self.logScales = logScales
    self.minScale = minScale
  }

  private var average: Tensor { weighted(means, by: logits.softmax(axis: -1)) }

  /// Σ_k w_k μ_k.
  public var mean: Tensor? { average }

  /// √(Σ_k w_k (σ_k² + μ_k²) − μ²), floored at zero against rounding.
  public var standardDeviation: Tensor? {
    let weights = logits.softmax(axis: -1)
    let scales = logScales.exp() + minScale
    let centred = means - average.reshape([means.shape[0], 1, means.shape[2]])
    return weighted(scales.square() + centred.square(), by: weights).sqrt()
  }

  /// log Σ_k exp(log w_k + log N(x; k)).
  public func logDensity(of value: Tensor) -> Tensor {
    let (batch, components, event) = (means.shape[0], means.shape[1], means.shape[2])
    let rows: Shape = [batch * components, event]
    let perComponent = value.reshape([batch, 1, event]).broadcast(to: means.shape).reshape(rows)
      .gaussianLogDensity(
        mean: means.reshape(rows), logScale: logScales.reshape(rows), minScale: minScale)
    return (logits.logSoftmax(axis: -1) + perComponent.reshape(logits.shape)).logSumExp(axis: -1)
  }

  /// A component by its weight, then a reparameterised draw from it. Gradients flow through means
  /// and scales of the component; the weights need the score-function term.
  public func draw(from noise: NoiseSource, stream: String) -> Draw {
    let choice = logits.chosenClasses(
      noise.uniform([logits.shape[0], 1], stream + ".component"))
    let mean = weighted(means, by: choice)
    let value = logits.graph.gaussianSample(
      mean: mean, logScale: weighted(logScales, by: choice),
      noise: noise.normal(mean.shape, stream), minScale: minScale)
    let logProbability = (logits.logSoftmax(axis: -1) * choice).sum(axes: [-1])
    return Draw(value, logProbabilityOfChoice: logProbability)
  }

  /// In closed form; else nil.
  public var entropy: Tensor? { nil }

  /// What it is made of.
  public var parts: [Tensor] { [logits, means, logScales] }

  /// The same of other parts.
  public func rebuilt(from parts: [Tensor]) -> any Distribution {
    GaussianMixture(logits: parts[0], means: parts[1], logScales: parts[2], minScale: minScale)
  }

  /// Σ_k weights_k values_k: `[batch, components]`, `[batch, components, event]` → `[batch, event]`.
  private func weighted(_ values: Tensor, by weights: Tensor) -> Tensor {
    (values * weights.reshape([weights.shape[0], weights.shape[1], 1])).sum(axes: [1])
  }
}
