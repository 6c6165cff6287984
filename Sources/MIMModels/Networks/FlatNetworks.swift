/// The networks of a model of one level, under the reference's names.
extension ModelSpecification {
  static let encoderName = "q_z_given_x"
  static let decoderName = "p_x_given_z"

  /// q(z|x) of a flat model.
  var encoderNetwork: any EncoderNetwork {
    guard let hidden = encoder.component.widths, !encoder.component.isConvolutional else {
      let layers = encoder.component.gatedItems("q_z_layers", isTop: true, of: self)
      if let own = posterior.component.mapEncoder(layers, of: self) { return own }
      return GatedEncoder(
        layers: layers,
        head: BoundedGaussianHead(name: "q_z", inputs: layers.outputs, outputs: latentSize))
    }
    return MultilayerPerceptron(
      name: Self.encoderName, inputs: itemSize, hidden: hidden, activation: activation
    ) { name, inputs in
      posterior.component.head(
        name: name, inputs: inputs, outputs: latentSize, minScale: Float(minScale))
    }
  }

  /// p(x|z) of a flat model.
  var decoderNetwork: any DecoderNetwork {
    guard let hidden = decoder.component.widths, !decoder.component.isConvolutional else {
      return decoder.component.gatedDecoder(codes: ["p_x_layers_z"], of: self)
    }
    return MultilayerPerceptron(
      name: Self.decoderName, inputs: latentSize, hidden: hidden, activation: activation
    ) { name, inputs in
      likelihood.component.head(
        name: name, inputs: inputs, outputs: itemSize, minScale: Float(minScale))
    }
  }
}
