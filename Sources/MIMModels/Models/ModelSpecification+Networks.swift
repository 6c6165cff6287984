/// The one table of names: which network carries which of the reference's PyTorch names.
extension ModelSpecification {
  static let encoderName = "q_z_given_x"
  static let decoderName = "p_x_given_z"
  static let priorName = "p_z"
  static let marginalName = "q_x"

  /// q(z|x) of a flat model.
  var encoderNetwork: any EncoderNetwork {
    guard case .mlp(let hidden) = encoder else {
      let layers = gatedItems("q_z_layers", isTop: true)
      return GatedEncoder(
        layers: layers,
        head: BoundedGaussianHead(name: "q_z", inputs: layers.outputs, outputs: latentSize))
    }
    let (size, floor) = (latentSize, Float(minScale))
    return MultilayerPerceptron(
      name: Self.encoderName, inputs: itemSize, hidden: hidden, activation: activation
    ) { name, inputs in
      switch posterior {
      case .normal: GaussianHead(name: name, inputs: inputs, outputs: size, minScale: floor)
      case .delta: DeltaHead(name: name, inputs: inputs, outputs: size)
      case .gmm(let count):
        MixtureHead(name: name, inputs: inputs, outputs: size, components: count, minScale: floor)
      }
    }
  }

  /// p(x|z) of a flat model.
  var decoderNetwork: any DecoderNetwork {
    guard case .mlp(let hidden) = decoder else { return gatedDecoder(codes: ["p_x_layers_z"]) }
    let (size, floor) = (itemSize, Float(minScale))
    return MultilayerPerceptron(
      name: Self.decoderName, inputs: latentSize, hidden: hidden, activation: activation
    ) { name, inputs in
      switch likelihood {
      case .normal: GaussianHead(name: name, inputs: inputs, outputs: size, minScale: floor)
      case .bernoulli: BernoulliHead(name: name, inputs: inputs, outputs: size)
      case .logistic: LogisticHead(name: name, inputs: inputs, outputs: size)
      case .gmm(let count):
        MixtureHead(name: name, inputs: inputs, outputs: size, components: count, minScale: floor)
      }
    }
  }

  /// The pseudo-inputs of p(z).
  var vampPrior: VampPrior? {
    guard case .vampprior(let inputs) = prior else { return nil }
    return VampPrior(
      inputs: inputs, item: itemSize, latent: latentSizes[latentSizes.count - 1],
      clamps: valueKind != .real)
  }

  /// The pseudo-inputs of q(x).
  var pseudoCodes: PseudoCodes? {
    guard case .vampprior(let count) = marginal else { return nil }
    return PseudoCodes(count: count, latent: latentSize)
  }

  var learnedPrior: LearnedMixture? {
    switch prior {
    case .normal, .marginal, .vampprior: nil
    case .learned: learned(Self.priorName, topSize, components: nil)
    case .gmm(let count): learned(Self.priorName, topSize, components: count)
    }
  }

  var learnedMarginal: LearnedMixture? {
    switch marginal {
    case .marginal, .data, .vampprior: nil
    case .learned: learned(Self.marginalName, itemSize, components: nil)
    case .gmm(let count): learned(Self.marginalName, itemSize, components: count)
    }
  }

  private func learned(_ name: String, _ event: Int, components: Int?) -> LearnedMixture {
    LearnedMixture(name: name, event: event, components: components, minScale: Float(minScale))
  }

  /// The size of the level that p(z) stands for by itself.
  private var topSize: Int { latentSizes[latentSizes.count - 1] }
}
