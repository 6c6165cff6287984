import MIMTensor

/// All mass at one point.
package struct Delta: Distribution {
  /// `[batch, event]`.
  package let location: Tensor

  package init(location: Tensor) { self.location = location }

  package var mean: Tensor? { location }

  package var standardDeviation: Tensor? { location * 0 }

  /// Zero: the log probability of the point itself. It has no density; objectives that need one
  /// refuse a delta posterior.
  package func logDensity(of value: Tensor) -> Tensor { (value * 0).sum(axes: [-1]) }

  package func draw(from noise: NoiseSource, stream: String) -> Draw { Draw(location) }

  package var entropy: Tensor? { nil }

  package var parts: [Tensor] { [location] }

  package func rebuilt(from parts: [Tensor]) -> any Distribution { Delta(location: parts[0]) }
}
