import MIMTensor

/// A distribution per item of a batch, over vectors: a value made of symbolic tensors. Whatever
/// a model or an objective needs of a distribution is here; there is no inheritance.
package protocol Distribution {
  /// The mean, `[batch, event]`.
  var mean: Tensor { get }

  /// The standard deviation of each coordinate, `[batch, event]`.
  var standardDeviation: Tensor { get }

  /// The log density (probability, if discrete) of `value` `[batch, event]` in nats, `[batch]`,
  /// with all constants.
  func logDensity(of value: Tensor) -> Tensor

  /// The same, level by level where codes have levels: the one next to x first. They add up to
  /// `logDensity`.
  func logDensityPerLevel(of value: Tensor) -> [Tensor]

  /// One draw per item, reparameterised as far as the family allows.
  func draw(from noise: NoiseSource, stream: String) -> Draw

  /// The entropy in nats, `[batch]`, where it has a closed form.
  var entropy: Tensor? { get }
}

extension Distribution {
  package func logDensityPerLevel(of value: Tensor) -> [Tensor] { [logDensity(of: value)] }
}

/// A draw, `value` `[batch, event]`, and what its gradient lacks.
package struct Draw {
  package let value: Tensor
  /// log p of the discrete choices in the draw, `[batch]`, when there are any: the gradient of an
  /// expectation under them needs the score-function term (see `ScoreFunction`).
  package let logProbabilityOfChoice: Tensor?

  package init(_ value: Tensor, logProbabilityOfChoice: Tensor? = nil) {
    self.value = value
    self.logProbabilityOfChoice = logProbabilityOfChoice
  }
}

/// Where draws take their randomness from: the engine's noise nodes, or given numbers when a
/// reference is compared with. Streams are named after what they drive.
package struct NoiseSource {
  /// N(0, 1) of a shape, for a stream.
  package var normal: (Shape, String) -> Tensor
  /// Uniform on (0, 1) of a shape, for a stream.
  package var uniform: (Shape, String) -> Tensor
  /// So many whole numbers below a bound, each equally likely, for a stream.
  package var indices: (_ count: Int, _ bound: Int, String) -> Tensor

  /// Fresh noise in every step, from streams whose names begin with `prefix`.
  /// With a `share`, everything drawn has a row per item, and is what the whole batch would give these rows.
  package static func fresh(
    in graph: Graph, prefix: String, share: BatchShare = .whole
  ) -> NoiseSource {
    NoiseSource(
      normal: { graph.normalNoise(shape: $0, stream: prefix + $1, share: share) },
      uniform: { graph.uniformNoise(shape: $0, stream: prefix + $1, share: share) },
      indices: { graph.randomIndices(count: $0, below: $1, stream: prefix + $2, share: share) })
  }

  /// Normal noise taken from `given` by stream, the rest fresh.
  package static func given(_ given: [String: Tensor], in graph: Graph) -> NoiseSource {
    let fresh = fresh(in: graph, prefix: "")
    return NoiseSource(
      normal: { given[$1] ?? fresh.normal($0, $1) }, uniform: fresh.uniform,
      indices: fresh.indices)
  }
}
