import MIMTensor

/// How the steps of a Glow are made: widths, forms, and the names of arrays, which are those of a public PyTorch port behind a prefix.
struct GlowLayout: Sendable {
  /// The channels of the hidden layers of a coupling's network.
  let width: Int
  let mixing: Mixing
  let isAffine: Bool
  /// Whether 3×3 convolutions see where the image ends.
  let seesBorder: Bool

  /// What the 1×1 convolution is.
  enum Mixing: String, Sendable, CaseIterable {
    case lu, plain, reverse
  }

  /// The deviation of the first weights of hidden layers, as in the authors' code.
  private static let deviation: Float = 0.05

  /// A step for images of so many channels, an even number, whose arrays begin with `prefix`.
  func step(
    _ prefix: String, channels: Int, _ statistics: NormalizationStatistics
  ) -> GlowStep {
    let half = channels / 2
    return GlowStep(
      normalization: ActivationNormalization(name: "\(prefix)actnorm", channels: channels),
      mixing: channelMixing("\(prefix)invconv", channels: channels),
      coupling: ImageCoupling(
        first: hidden("\(prefix)block.0", inputs: half, kernel: 3),
        second: hidden("\(prefix)block.2", inputs: width, kernel: 1),
        last: gained("\(prefix)block.4", inputs: width, outputs: isAffine ? channels : half),
        isAffine: isAffine, statistics: statistics))
  }

  private func channelMixing(_ name: String, channels: Int) -> ChannelMixing {
    switch mixing {
    case .lu: .factors(name: name, channels: channels)
    case .plain: .plain(name: name, channels: channels)
    case .reverse: ChannelMixing(channels: channels, .reversed)
    }
  }

  private func hidden(_ name: String, inputs: Int, kernel: Int) -> NormalizedConvolution {
    let seesBorder = seesBorder && kernel > 1
    return NormalizedConvolution(
      weight: LayerArray(
        ParameterDeclaration(
          name: "\(name).conv.weight",
          shape: [width, inputs + (seesBorder ? 1 : 0), kernel, kernel],
          initializer: .normal(deviation: Self.deviation))),
      normalization: ActivationNormalization(name: "\(name).actnorm", channels: width),
      seesBorder: seesBorder)
  }

  /// A last layer `NAME.conv.weight`, `NAME.conv.bias`, `NAME.logs`, 0 at first.
  func gained(_ name: String, inputs: Int, outputs: Int) -> GainedConvolution {
    GainedConvolution(
      weight: LayerArray(
        ParameterDeclaration(
          name: "\(name).conv.weight", shape: [outputs, inputs + (seesBorder ? 1 : 0), 3, 3],
          initializer: .constant(0))),
      bias: .channels("\(name).conv.bias", outputs, shape: [outputs]),
      logGain: .channels("\(name).logs", outputs, shape: [outputs, 1, 1]),
      seesBorder: seesBorder)
  }
}
