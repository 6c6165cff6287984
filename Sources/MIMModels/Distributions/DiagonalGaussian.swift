import Foundation
import MIMTensor

/// N(mean, diag(scale²)) with scale = exp(logScale) + minScale.
package struct DiagonalGaussian: Distribution {
  /// `[batch, event]`.
  package let mean: Tensor
  /// The logarithm of the scale before its floor, `[batch, event]`.
  package let logScale: Tensor
  /// The floor of the scale.
  package let minScale: Float

  package init(mean: Tensor, logScale: Tensor, minScale: Float) {
    self.mean = mean
    self.logScale = logScale
    self.minScale = minScale
  }

  package var standardDeviation: Tensor { logScale.exp() + minScale }

  /// −½ Σ (((x − μ)/σ)² + 2 log σ + log 2π).
  package func logDensity(of value: Tensor) -> Tensor {
    value.gaussianLogDensity(mean: mean, logScale: logScale, minScale: minScale)
  }

  /// μ + σ ε (Kingma and Welling 2014, arXiv:1312.6114, section 2.4).
  package func draw(from noise: NoiseSource, stream: String) -> Draw {
    Draw(
      mean.graph.gaussianSample(
        mean: mean, logScale: logScale, noise: noise.normal(mean.shape, stream),
        minScale: minScale))
  }

  /// Σ (log σ + ½ log 2πe).
  package var entropy: Tensor? {
    let constant = Float(mean.shape[-1]) * 0.5 * Float(log(2 * Double.pi * M_E))
    return standardDeviation.log().sum(axes: [-1]) + constant
  }

  /// KL(self ‖ N(mean, deviation²)) per coordinate in nats, `[batch, event]`:
  /// log(σ₂/σ₁) + (σ₁² + (μ₁ − μ₂)²) / 2σ₂² − ½.
  package func divergencePerUnit(fromMean mean: Tensor, deviation: Tensor) -> Tensor {
    let scale = standardDeviation
    let spread = (scale.square() + (self.mean - mean).square()) / deviation.square()
    return deviation.log() - scale.log() + spread * 0.5 - 0.5
  }
}
