import Foundation
import MIMTensor

/// (1/K) Σ_k N(mean_k, diag(scale_k²)), the same mixture for every item of a batch: the VampPrior
/// p(z) = (1/K) Σ_k q(z|u_k) (Tomczak and Welling 2018, arXiv:1705.07120, equation 9).
public struct UniformMixture: Distribution {
  /// `[components, event]`.
  public let means: Tensor
  /// The logarithms of the scales before their floor, `[components, event]`.
  public let logScales: Tensor
  /// The floor of the scales.
  public let minScale: Float
  /// The items of a batch.
  public let batch: Int

  /// Of means and log-scales `[components, event]`.
  public init(means: Tensor, logScales: Tensor, minScale: Float, batch: Int) {
    self.means = means
    self.logScales = logScales
    self.minScale = minScale
    self.batch = batch
  }

  private var count: Int { means.shape[0] }
  private var event: Int { means.shape[1] }

  /// The mean of the means, for every item.
  public var mean: Tensor? {
    means.mean(axes: [0], keepingDimensions: true).broadcast(to: [batch, event])
  }

  /// √(mean of σ_k² + μ_k² − mean²), for every item.
  public var standardDeviation: Tensor? {
    let centre = means.mean(axes: [0], keepingDimensions: true)
    let spread = (logScales.exp() + minScale).square() + (means - centre).square()
    return spread.mean(axes: [0], keepingDimensions: true).sqrt().broadcast(to: [batch, event])
  }

  /// log Σ_k N(x; k) − log K.
  public func logDensity(of value: Tensor) -> Tensor {
    value.mixtureLogDensity(means: means, logScales: logScales, minScale: minScale)
      - Float(log(Double(count)))
  }

  /// A component, each equally likely, then a reparameterised draw from it: gradients flow to its
  /// mean and scale, and there are no weights that could learn from the choice.
  public func draw(from noise: NoiseSource, stream: String) -> Draw {
    let rows = noise.indices(batch, count, stream + ".component")
    let mean = means.gather(rows: rows)
    return Draw(
      means.graph.gaussianSample(
        mean: mean, logScale: logScales.gather(rows: rows),
        noise: noise.normal(mean.shape, stream), minScale: minScale))
  }

  /// In closed form; else nil.
  public var entropy: Tensor? { nil }

  /// The components for each item.
  public var parts: [Tensor] {
    [means, logScales].map {
      $0.reshape([1, count, event]).broadcast(to: [batch, count, event])
    }
  }

  /// The same of other parts.
  public func rebuilt(from parts: [Tensor]) -> any Distribution {
    let graph = parts[0].graph
    let logits = graph.constant(HostArray(repeating: 0, shape: [parts[0].shape[0], count]))
    return GaussianMixture(
      logits: logits, means: parts[0], logScales: parts[1], minScale: minScale)
  }
}
