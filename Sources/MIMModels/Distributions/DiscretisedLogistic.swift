import Foundation
import MIMTensor

/// Independent logistic variables in 256 levels: p(x) = σ((b + 1/256 − μ)/s) − σ((b − μ)/s) + 1e-7
/// with b = ⌊256 x⌋/256, at most 255/256 (Kingma et al. 2016, arXiv:1606.04934, appendix; the
/// authors' code has the constant).
public struct DiscretisedLogistic: Distribution {
  /// μ `[batch, event]`.
  public let location: Tensor
  /// log s `[batch, event]`.
  public let logScale: Tensor

  private static let width: Float = 1.0 / 256

  /// Of mean and log-scale as they are, `[batch, event]` each.
  public init(mean: Tensor, logScale: Tensor) {
    location = mean
    self.logScale = logScale
  }

  /// Of outputs of a network, `[batch, event]` each: the mean is σ(location) in [1/512, 1 − 1/512],
  /// the log-scale lies in [−4.5, 0], as the authors have it.
  public init(location: Tensor, logScale: Tensor) {
    self.location = location.sigmoid().hardtanh(minimum: 1.0 / 512, maximum: 1 - 1.0 / 512)
    self.logScale = logScale.hardtanh(minimum: -4.5, maximum: 0)
  }

  /// What its values are.
  public var event: EventKind { .levels(256) }

  /// μ.
  public var mean: Tensor? { location }

  /// s π / √3.
  public var standardDeviation: Tensor? { logScale.exp() * Float(Double.pi / 3.0.squareRoot()) }

  /// Σ log p of each value's level.
  public func logDensity(of value: Tensor) -> Tensor {
    let lower = Self.level(value) - location
    let rate = (-logScale).exp()
    let mass = ((lower + Self.width) * rate).sigmoid() - (lower * rate).sigmoid()
    return (mass + 1e-7).log().sum(axes: [-1])
  }

  /// The level that μ + s log(u/(1 − u)) falls into, as an intensity k/255; no gradient flows
  /// through it.
  public func draw(from noise: NoiseSource, stream: String) -> Draw {
    let uniform = noise.uniform(location.shape, stream)
    let real = location + logScale.exp() * (uniform.log() - (1 - uniform).log())
    let value = (Self.level(real) * (256.0 / 255)).stopGradient()
    return Draw(discrete: value, logProbability: logDensity(of: value))
  }

  /// In closed form; else nil.
  public var entropy: Tensor? { nil }

  /// What it is made of.
  public var parts: [Tensor] { [location, logScale] }

  /// The same of other parts.
  public func rebuilt(from parts: [Tensor]) -> any Distribution {
    DiscretisedLogistic(mean: parts[0], logScale: parts[1])
  }

  /// ⌊256 x⌋/256, at least 0 and at most 255/256.
  private static func level(_ value: Tensor) -> Tensor {
    (value * 256).floor().hardtanh(minimum: 0, maximum: 255) * width
  }
}
