import MIMTensor

/// A step of Glow on vectors, from codes to values: the coupling, the linear map and actnorm backwards (Kingma and Dhariwal 2018,
/// arXiv:1807.03039, table 1, with an image of one pixel). Towards codes: (x + b) eˡ, W x, then (x₂ + t) σ(h + 2) of the units behind the first
/// half with (t, h) of these. Draws and densities take one pass each.
struct VectorGlowStep: FlowStep, Sendable {
  let normalization: ActivationNormalization
  /// W; its channels are the units.
  let mixing: ChannelMixing
  /// (t, h) of the first half, max(0, x) between the layers; the last one is 0 at first.
  let layers: [Linear]
  /// Whether b and l are those that are learned, or come from the first batch.
  let statistics: NormalizationStatistics

  /// Added to h, so that at first x₂ passes almost unchanged.
  private static let gateBias: Float = 2

  /// A step on `size` units, two or more, whose arrays begin with `NAME.`.
  init(name: String, size: Int, hidden: Int, statistics: NormalizationStatistics) {
    normalization = ActivationNormalization(name: "\(name).actnorm", channels: size)
    mixing = .factors(name: "\(name).mixing", channels: size)
    let kept = size / 2
    let widths = [kept, hidden, hidden, 2 * (size - kept)]
    layers = (0..<3).map {
      Linear(
        name: "\(name).coupling.\($0)", inputs: widths[$0], outputs: widths[$0 + 1],
        initializer: $0 == 2 ? .zero : .torch)
    }
    self.statistics = statistics
  }

  var parameters: [ParameterDeclaration] {
    normalization.parameters + mixing.parameters + layers.flatMap(\.parameters)
  }

  /// The units, and those of them that pass the coupling unchanged.
  private var size: Int { mixing.channels }
  private var kept: Int { size / 2 }

  /// b and l of `value` `[batch, size]`.
  private func normalized(
    _ value: Tensor, _ statistics: NormalizationStatistics
  ) -> (bias: Tensor, logScale: Tensor) {
    normalization.values(for: value.reshape([value.shape[0], size, 1, 1]), statistics)
  }

  /// t and h + 2 for the first half of `value`.
  private func coefficients(_ value: Tensor) -> (shift: Tensor, gate: Tensor) {
    let seen = value.slice(axis: 1, range: 0..<kept)
    let both = layers.enumerated().reduce(seen) {
      $1.element.apply($0, activation: $1.offset == layers.count - 1 ? .none : .relu)
    }
    let moved = size - kept
    return (
      both.slice(axis: 1, range: 0..<moved),
      both.slice(axis: 1, range: moved..<2 * moved) + Self.gateBias
    )
  }

  private func replacingRest(of value: Tensor, by rest: Tensor) -> Tensor {
    value.graph.concatenate([value.slice(axis: 1, range: 0..<kept), rest], axis: 1)
  }

  private func rest(of value: Tensor) -> Tensor { value.slice(axis: 1, range: kept..<size) }

  /// −(Σ l + log |det W| + Σ log σ) for each item: how little the step stretches towards values.
  private func logDeterminant(_ gate: Tensor, _ logScale: Tensor) -> Tensor {
    // log σ(g) = −softplus(−g).
    (-gate).softplus().sum(axes: [1]) - logScale.sum() - mixing.logDeterminant(in: gate.graph)
  }

  /// Towards codes.
  func inverse(_ value: Tensor) -> FlowResult {
    let (bias, logScale) = normalized(value, statistics)
    let scaled = (value + bias.reshape([1, size])) * logScale.exp().reshape([1, size])
    let mixed = scaled.matmul(mixing.matrix(in: value.graph), transposeOther: true)
    let (shift, gate) = coefficients(mixed)
    return FlowResult(
      replacingRest(of: mixed, by: (rest(of: mixed) + shift) * gate.sigmoid()),
      logDeterminant: logDeterminant(gate, logScale))
  }

  /// Towards values: the first half says how the rest was moved.
  func forward(_ value: Tensor) -> FlowResult {
    let (shift, gate) = coefficients(value)
    let mixed = replacingRest(of: value, by: rest(of: value) / gate.sigmoid() - shift)
    let scaled = mixed.matmul(mixing.inverse(in: value.graph), transposeOther: true)
    let (bias, logScale) = normalized(value, .running)
    return FlowResult(
      scaled * (-logScale).exp().reshape([1, size]) - bias.reshape([1, size]),
      logDeterminant: logDeterminant(gate, logScale))
  }
}
