import MIMTensor

/// All mass at one point.
public struct Delta: Distribution {
  /// `[batch, event]`.
  public let location: Tensor

  public init(location: Tensor) { self.location = location }

  public var mean: Tensor? { location }

  public var standardDeviation: Tensor? { location * 0 }

  /// Zero: the log probability of the point itself. It has no density; objectives that need one
  /// refuse a delta posterior.
  public func logDensity(of value: Tensor) -> Tensor { (value * 0).sum(axes: [-1]) }

  public func draw(from noise: NoiseSource, stream: String) -> Draw { Draw(location) }

  public var entropy: Tensor? { nil }

  public var parts: [Tensor] { [location] }

  public func rebuilt(from parts: [Tensor]) -> any Distribution { Delta(location: parts[0]) }
}
