import MIMTensor

/// A network of p(x|z).
public protocol DecoderNetwork: Sendable {
  var parameters: [ParameterDeclaration] { get }
  var descriptions: [LayerDescription] { get }

  /// Whether p(x|z) = Π p(x_i | x_<i, z): then `distribution` needs an x.
  var isAutoregressive: Bool { get }

  /// The PixelCNN that it is; nil for others.
  var pixelDecoder: PixelDecoder? { get }

  /// p(x|z) for codes `[batch, latent]`. An autoregressive decoder gives the conditionals
  /// p(x_i | x_<i, z) at the x `[batch, item]` that it observes; others ignore it. Precondition:
  /// an autoregressive decoder observes something.
  func distribution(
    of z: Tensor, observing x: Tensor?, statistics: NormalizationStatistics
  ) -> any Distribution
}

extension DecoderNetwork {
  /// Nil.
  public var pixelDecoder: PixelDecoder? { nil }
}

extension MultilayerPerceptron: DecoderNetwork {
  package var isAutoregressive: Bool { false }

  package func distribution(
    of z: Tensor, observing x: Tensor?, statistics: NormalizationStatistics
  ) -> any Distribution { distribution(of: z) }
}

/// The gated dense layers through which each level of the codes enters a decoder.
package struct CodeLayers: Sendable {
  /// One layer a level, z1 first.
  let layers: [GatedDense]

  init(names: [String], sizes: [Int], outputs: Int) {
    layers = zip(names, sizes).map { GatedDense(name: $0 + ".0", inputs: $1, outputs: outputs) }
  }

  /// Each level's part of `z` `[batch, latent]` through its layer, `[batch, outputs]` each.
  func apply(_ z: Tensor) -> [Tensor] {
    zip(layers, z.levels(layers.map(\.inputs))).map { $0.apply($1) }
  }
}
