import MIMTensor

/// Actnorm: y = (x + b) e^{γl} with a b and an l for each channel, whose first values make the first batch's channels have mean 0 and
/// variance 1 (Kingma and Dhariwal 2018, arXiv:1807.03039, section 3.1).
struct ActivationNormalization: Sendable {
  let bias: LayerArray
  let logScale: LayerArray
  /// γ: 1 in the paper, 3 in the authors' code.
  let gain: Float

  /// What is added to the deviation of a channel of the first batch.
  private static let epsilon: Float = 1e-6

  init(bias: LayerArray, logScale: LayerArray, gain: Float = 1) {
    (self.bias, self.logScale, self.gain) = (bias, logScale, gain)
  }

  /// Arrays `NAME.bias` and `NAME.logs`, 0 at first.
  init(name: String, channels: Int) {
    self.init(
      bias: .channels("\(name).bias", channels), logScale: .channels("\(name).logs", channels))
  }

  var parameters: [ParameterDeclaration] { [bias.declaration, logScale.declaration] }

  /// b and γl, `[channels]`, for images x `[batch, channels, height, width]`: those that are learned, or on the first batch those that it
  /// gives, which are noted.
  func values(
    for x: Tensor, _ statistics: NormalizationStatistics
  ) -> (bias: Tensor, logScale: Tensor) {
    let graph = x.graph
    guard case .first(let noted) = statistics else {
      return (bias.value(in: graph), logScale.value(in: graph) * gain)
    }
    let first = Self.firstValues(of: x, noted.collective)
    noted.note(
      [
        (bias, first.bias), (logScale, first.logScale * (1 / gain)),
      ].map { array, value in
        Update(
          parameter: array.stored(in: graph),
          replacement: value.reshape(array.declaration.shape))
      })
    return first
  }

  /// b = −mean and γl = −log(√mean((x + b)²) + 1e-6) for each channel, over all items and pixels of all ranks.
  static func firstValues(
    of x: Tensor, _ collective: any Collective = SerialCollective()
  ) -> (bias: Tensor, logScale: Tensor) {
    func mean(_ images: Tensor) -> Tensor {
      let own = images.mean(axes: [0, 2, 3], keepingDimensions: true)
      return collective.isShared ? own.meanOverRanks(collective) : own
    }
    let middle = mean(x)
    let deviation = mean((x - middle).square()).sqrt() + Self.epsilon
    let channels: Shape = [x.shape[1]]
    return ((-middle).reshape(channels), (-deviation.log()).reshape(channels))
  }
}
