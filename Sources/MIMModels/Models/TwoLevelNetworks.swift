import MIMTensor

/// The networks of a two-level model, under the reference's names.
package struct TwoLevelNetworks: Sendable {
  /// q(z2|x).
  let top: GatedEncoder
  /// q(z1|x, z2).
  let lower: LowerEncoder
  /// p(z1|z2).
  let lowerPrior: GatedEncoder
  /// p(x|z1, z2).
  let decoder: any DecoderNetwork

  init(_ specification: ModelSpecification) {
    let (z1, z2) = (specification.latentSizes[0], specification.latentSizes[1])
    let top = specification.encoder.component.gatedItems(
      "q_z2_layers", isTop: true, of: specification)
    let items = specification.encoder.component.gatedItems(
      "q_z1_layers_x", isTop: false, of: specification)
    let width = specification.jointWidth
    self.top = GatedEncoder(
      layers: top, head: BoundedGaussianHead(name: "q_z2", inputs: top.outputs, outputs: z2))
    lower = LowerEncoder(
      items: items,
      codes: LayerStack.gated("q_z1_layers_z2", inputs: z2, widths: [items.outputs]),
      joint: LayerStack.gated("q_z1_layers_joint", inputs: 2 * items.outputs, widths: [width]),
      head: BoundedGaussianHead(name: "q_z1", inputs: width, outputs: z1))
    lowerPrior = GatedEncoder(
      layers: LayerStack.gated("p_z1_layers", inputs: z2, widths: [width, width]),
      head: BoundedGaussianHead(name: "p_z1", inputs: width, outputs: z1))
    decoder = specification.decoder.component.gatedDecoder(
      codes: ["p_x_layers_z1", "p_x_layers_z2"], of: specification)
  }

  var parameters: [ParameterDeclaration] {
    top.parameters + lower.parameters + lowerPrior.parameters + decoder.parameters
  }

  var descriptions: [LayerDescription] {
    top.descriptions + lower.descriptions + lowerPrior.descriptions + decoder.descriptions
  }

  /// p(z1|z2).
  func lowerPriorDistribution(of z2: Tensor) -> DiagonalGaussian {
    z2.graph.scope("prior") { lowerPrior.gaussian(of: z2) }
  }
}

/// q(z1|x, z2): features of x and of z2 side by side, through a gated layer.
package struct LowerEncoder: Sendable {
  /// Features of x.
  let items: LayerStack
  /// Features of z2.
  let codes: LayerStack
  let joint: LayerStack
  let head: BoundedGaussianHead

  var parameters: [ParameterDeclaration] {
    items.parameters + codes.parameters + joint.parameters + head.parameters
  }

  var descriptions: [LayerDescription] {
    items.descriptions + codes.descriptions + joint.descriptions + head.descriptions
  }

  /// At a z2 `[batch, z2]` and the features of x.
  func distribution(of z2: Tensor, features: Tensor) -> DiagonalGaussian {
    z2.graph.scope("encoder") {
      let both = z2.graph.concatenate([features, codes.apply(z2)], axis: 1)
      return head.distribution(of: joint.apply(both))
    }
  }
}
