import MIMTensor

/// A decoder of gated layers whose pixels are independent given z: each level of the codes through
/// a gated dense layer, then the layers common to both (Tomczak and Welling 2018,
/// arXiv:1705.07120, convHVAE and HVAE).
package struct GatedDecoder: DecoderNetwork {
  let codes: CodeLayers
  let joint: [LayerStack]
  let head: PixelHead
  /// The shape of the features of one item.
  let featureShape: [Int]

  package var isAutoregressive: Bool { false }

  package var parameters: [ParameterDeclaration] {
    codes.layers.flatMap(\.parameters) + joint.flatMap(\.parameters) + head.parameters
  }

  package var descriptions: [LayerDescription] {
    codes.layers.map(\.description) + joint.flatMap(\.descriptions) + head.descriptions
  }

  package func distribution(
    of z: Tensor, observing x: Tensor?, statistics: NormalizationStatistics
  ) -> any Distribution {
    let features = joint.reduce(z.graph.concatenate(codes.apply(z), axis: 1)) { $1.apply($0) }
    return head.distribution(of: features.reshape(Shape([z.shape[0]] + featureShape)))
  }
}
