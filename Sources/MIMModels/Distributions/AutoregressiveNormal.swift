import Foundation
import MIMTensor

/// z_1 ~ N(0, I), z_t = α z_{t−1} + √(1 − α²) ε: a stationary AR(1) process for each dimension of a step. Values are
/// `[batch, steps · dims]`, step after step.
public struct AutoregressiveNormal: Distribution {
  /// α of each dimension, `[batch, dims]`.
  public let alpha: Tensor
  /// The steps n.
  public let steps: Int

  /// Of an α in (−1, 1) for each dimension of a step, `[batch, dims]`, and at least one step.
  public init(alpha: Tensor, steps: Int) {
    precondition(steps > 0, "an AR(1) process of \(steps) steps")
    self.alpha = alpha
    self.steps = steps
  }

  private var batch: Int { alpha.shape[0] }
  private var dims: Int { alpha.shape[1] }
  private var graph: Graph { alpha.graph }
  private var size: Int { steps * dims }

  /// 1 − α² of each dimension.
  private var innovation: Tensor { 1 - alpha.square() }

  private func filled(_ value: Float) -> Tensor {
    graph.constant(HostArray(repeating: value, shape: [batch, size]))
  }

  /// 0.
  public var mean: Tensor? { filled(0) }

  /// 1, that of each unit by itself.
  public var standardDeviation: Tensor? { filled(1) }

  /// A number for each dimension beside all steps but the first, `[batch, (n − 1) · dims]`.
  private func afterFirst(_ number: Tensor) -> Tensor {
    graph.concatenate([Tensor](repeating: number, count: steps - 1), axis: 1)
  }

  private func first(_ value: Tensor) -> Tensor { value.slice(axis: 1, range: 0..<dims) }
  private func later(_ value: Tensor) -> Tensor { value.slice(axis: 1, range: dims..<size) }
  private func earlier(_ value: Tensor) -> Tensor { value.slice(axis: 1, range: 0..<size - dims) }

  /// log N(z_1; 0, 1) + Σ_t log N(z_t; α z_{t−1}, 1 − α²).
  public func logDensity(of value: Tensor) -> Tensor {
    let constant = Float(0.5 * Double(size) * log(2 * Double.pi))
    let start = first(value).square().sum(axes: [1]) * -0.5 - constant
    guard steps > 1 else { return start }
    let variance = afterFirst(innovation)
    let changes = later(value) - afterFirst(alpha) * earlier(value)
    return start - (changes.square() / variance + variance.log()).sum(axes: [1]) * 0.5
  }

  /// Step after step.
  public func draw(from noise: NoiseSource, stream: String) -> Draw {
    let fresh = noise.normal([batch, size], stream)
    let scale = innovation.sqrt()
    var values = [first(fresh)]
    for step in 1..<steps {
      let own = fresh.slice(axis: 1, range: step * dims..<(step + 1) * dims)
      values.append(alpha * values[step - 1] + scale * own)
    }
    return Draw(graph.concatenate(values, axis: 1))
  }

  /// ½ (n log 2πe + (n − 1) log(1 − α²)) of each dimension, together.
  public var entropy: Tensor? {
    let constant = Float(0.5 * Double(size) * log(2 * Double.pi * M_E))
    return innovation.log().sum(axes: [1]) * (0.5 * Float(steps - 1)) + constant
  }

  /// KL of independent normal units from the process, `[batch, event]`: of unit t, E KL(q(z_t) ‖ p(z_t|z_{t−1})) with
  /// z_{t−1} ~ q, which add up to the divergence.
  func divergencePerUnit(of q: DiagonalGaussian) -> Tensor {
    let variance = q.scale.square()
    let start =
      (first(variance) + first(q.location).square() - first(variance).log() - 1) * 0.5
    guard steps > 1 else { return start }
    let (slope, own) = (afterFirst(alpha), afterFirst(innovation))
    let distance = (later(q.location) - slope * earlier(q.location)).square()
    let spread = distance + later(variance) + slope.square() * earlier(variance)
    let rest = (spread / own + own.log() - later(variance).log() - 1) * 0.5
    return graph.concatenate([start, rest], axis: 1)
  }

  /// What it is made of.
  public var parts: [Tensor] { [alpha] }

  /// The same of other parts.
  public func rebuilt(from parts: [Tensor]) -> any Distribution {
    AutoregressiveNormal(alpha: parts[0], steps: steps)
  }
}
