import MIMTensor

/// d(z1|z2) d(z2) over codes [z1, z2] side by side: the encoder q(z2|x) q(z1|x, z2) or the prior
/// p(z2) p(z1|z2) of a two-level model (Tomczak and Welling 2018, arXiv:1705.07120, equation 12).
package struct TwoLevelDistribution: Distribution {
  /// d(z2), over `[batch, z2]`.
  package let top: any Distribution
  /// The sizes of z1 and z2.
  package let sizes: [Int]
  /// d(z1|z2) at a z2 `[batch, z2]`. Asked twice for one tensor, it computes once.
  package let lower: (Tensor) -> any Distribution

  /// The mean of z2, and that of z1 at that z2.
  package var mean: Tensor { sideBySide(lower(top.mean).mean, top.mean) }

  /// The standard deviation of z2, and that of z1 at the mean of z2.
  package var standardDeviation: Tensor {
    sideBySide(lower(top.mean).standardDeviation, top.standardDeviation)
  }

  /// log d(z2) + log d(z1|z2).
  package func logDensity(of value: Tensor) -> Tensor {
    let levels = logDensityPerLevel(of: value)
    return levels[0] + levels[1]
  }

  package func logDensityPerLevel(of value: Tensor) -> [Tensor] {
    let parts = value.levels(sizes)
    return [lower(parts[1]).logDensity(of: parts[0]), top.logDensity(of: parts[1])]
  }

  /// z2 first, from the stream with a 2 behind its name, then z1 given it, from that with a 1.
  package func draw(from noise: NoiseSource, stream: String) -> Draw {
    let z2 = top.draw(from: noise, stream: stream + "2")
    let z1 = lower(z2.value).draw(from: noise, stream: stream + "1")
    let choices = [z1.logProbabilityOfChoice, z2.logProbabilityOfChoice].compactMap { $0 }
    return Draw(
      sideBySide(z1.value, z2.value),
      logProbabilityOfChoice: choices.isEmpty ? nil : choices.dropFirst().reduce(choices[0], +))
  }

  package var entropy: Tensor? { nil }

  private func sideBySide(_ z1: Tensor, _ z2: Tensor) -> Tensor {
    z1.graph.concatenate([z1, z2], axis: 1)
  }
}

extension Tensor {
  /// The parts of codes `[batch, Σ sizes]`, level by level.
  package func levels(_ sizes: [Int]) -> [Tensor] {
    var start = 0
    return sizes.map { size in
      defer { start += size }
      return slice(axis: 1, range: start..<start + size)
    }
  }
}
