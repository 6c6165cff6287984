import Foundation
import MIMTensor

/// N(mean, diag(scale²)) with scale = exp(logScale) + minScale.
public struct DiagonalGaussian: Distribution {
  /// μ `[batch, event]`.
  public let location: Tensor
  /// The logarithm of the scale before its floor, `[batch, event]`.
  public let logScale: Tensor
  /// The floor of the scale.
  public let minScale: Float

  /// Of mean and logarithm of the scale, `[batch, event]` each, and the floor of the scale.
  public init(mean: Tensor, logScale: Tensor, minScale: Float) {
    location = mean
    self.logScale = logScale
    self.minScale = minScale
  }

  /// σ `[batch, event]`.
  public var scale: Tensor { logScale.exp() + minScale }

  /// μ.
  public var mean: Tensor? { location }

  /// σ.
  public var standardDeviation: Tensor? { scale }

  /// −½ Σ (((x − μ)/σ)² + 2 log σ + log 2π).
  public func logDensity(of value: Tensor) -> Tensor {
    value.gaussianLogDensity(mean: location, logScale: logScale, minScale: minScale)
  }

  /// −½ ((x − μ)/σ)² − log σ − ½ log 2π.
  public func logDensityPerUnit(of value: Tensor) -> Tensor? { densities(of: value) }

  /// The same, which there always is.
  func densities(of value: Tensor) -> Tensor {
    let scale = scale
    return ((value - location) / scale).square() * -0.5 - scale.log()
      - Float(0.5 * log(2 * Double.pi))
  }

  /// μ + σ ε (Kingma and Welling 2014, arXiv:1312.6114, section 2.4).
  public func draw(from noise: NoiseSource, stream: String) -> Draw {
    Draw(
      location.graph.gaussianSample(
        mean: location, logScale: logScale, noise: noise.normal(location.shape, stream),
        minScale: minScale))
  }

  /// Σ (log σ + ½ log 2πe).
  public var entropy: Tensor? {
    let constant = Float(location.shape[-1]) * 0.5 * Float(log(2 * Double.pi * M_E))
    return scale.log().sum(axes: [-1]) + constant
  }

  /// What it is made of.
  public var parts: [Tensor] { [location, logScale] }

  /// The same of other parts.
  public func rebuilt(from parts: [Tensor]) -> any Distribution {
    DiagonalGaussian(mean: parts[0], logScale: parts[1], minScale: minScale)
  }

  /// KL(self ‖ N(mean, deviation²)) per coordinate in nats, `[batch, event]`:
  /// log(σ₂/σ₁) + (σ₁² + (μ₁ − μ₂)²) / 2σ₂² − ½.
  public func divergencePerUnit(fromMean mean: Tensor, deviation: Tensor) -> Tensor {
    let scale = scale
    let spread = (scale.square() + (location - mean).square()) / deviation.square()
    return deviation.log() - scale.log() + spread * 0.5 - 0.5
  }
}
