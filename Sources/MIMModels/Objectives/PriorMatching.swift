import MIMTensor

/// Deep InfoMax's prior matching (Hjelm et al. 2019, arXiv:1808.06670, equation 7): a discriminator D tells σ(code) from uniform draws, and the
/// encoder makes codes that it can't tell.
struct PriorMatching: Adversary {
  /// By layers with a rectifier between them, the last one with one output t, D = σ(t).
  let network: [Linear]
  let rate: Float

  var parameters: [ParameterDeclaration] { network.flatMap(\.parameters) }
  var layers: [LayerDescription] {
    network.enumerated().map { index, layer in
      layer.description(followedBy: index == network.count - 1 ? nil : "relu")
    }
  }

  /// −log D(σ(code)), `[batch]`: what the encoder minimises, with a gradient where D is sure too (Goodfellow et al. 2014).
  func fooling(_ codes: Tensor) -> Tensor { (-score(of: codes.sigmoid()).value).softplus() }

  func value(of branch: Branch, isDecoder: Bool) -> Tensor { fooling(branch.z) }

  func loss(encoder: Branch, decoder: Branch?) -> Tensor? {
    // A sigmoid makes logistic draws uniform ones.
    guard let draws = encoder.priorDraws else { return nil }
    let losses = losses(uniform: draws.sigmoid(), codes: encoder.z)
    return losses.discriminator + losses.penalty
  }

  /// −E[log D(u)] − E[log(1 − D(σ(code)))], and the penalty that the authors' code adds to it: half the mean squared slopes of t at both
  /// (Roth et al. 2017, arXiv:1705.09367). No gradient goes on to the codes.
  func losses(
    uniform: Tensor, codes: Tensor
  ) -> (discriminator: Tensor, penalty: Tensor) {
    let (real, made) = (score(of: uniform), score(of: codes.sigmoid().stopGradient()))
    func steepness(_ slope: Tensor) -> Tensor { slope.square().sum(axes: [-1]).mean() }
    return (
      (-real.value).softplus().mean() + made.value.softplus().mean(),
      (steepness(real.slope) + steepness(made.slope)) * 0.5
    )
  }

  /// t at points `[batch, units]`, `[batch]`, and its gradient by them, `[batch, units]`.
  private func score(of points: Tensor) -> (value: Tensor, slope: Tensor) {
    let graph = points.graph
    let last = network[network.count - 1]
    var (value, active): (Tensor, [Tensor]) = (points, [])
    for layer in network.dropLast() {
      value = layer.apply(value, activation: .relu)
      active.append(value.greater(value * 0))
    }
    // t is linear in the units that are active, and so on down to the points. The engine's gradient has no gradient of its own.
    var slope = last.weight(in: graph).broadcast(to: [points.shape[0], last.inputs])
    for (layer, units) in zip(network.dropLast(), active).reversed() {
      slope = (units * slope).matmul(layer.weight(in: graph))
    }
    return (last.apply(value).reshape([points.shape[0]]), slope)
  }
}
