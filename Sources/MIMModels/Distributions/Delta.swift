import MIMTensor

/// All mass at one point.
public struct Delta: Distribution {
  /// `[batch, event]`.
  public let location: Tensor

  /// At a location `[batch, event]`.
  public init(location: Tensor) { self.location = location }

  /// The location.
  public var mean: Tensor? { location }

  /// 0.
  public var standardDeviation: Tensor? { location * 0 }

  /// Zero: the log probability of the point itself. It has no density; objectives that need one
  /// refuse a delta posterior.
  public func logDensity(of value: Tensor) -> Tensor { (value * 0).sum(axes: [-1]) }

  /// The location.
  public func draw(from noise: NoiseSource, stream: String) -> Draw { Draw(location) }

  /// In closed form; else nil.
  public var entropy: Tensor? { nil }

  /// What it is made of.
  public var parts: [Tensor] { [location] }

  /// The same of other parts.
  public func rebuilt(from parts: [Tensor]) -> any Distribution { Delta(location: parts[0]) }
}
