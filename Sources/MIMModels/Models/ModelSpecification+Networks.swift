/// The one table of names: which network carries which of the reference's PyTorch names.
extension ModelSpecification {
  static let encoderName = "q_z_given_x"
  static let decoderName = "p_x_given_z"
  static let priorName = "p_z"
  static let marginalName = "q_x"

  var encoderNetwork: MultilayerPerceptron {
    let (size, floor) = (latentSize, Float(minScale))
    return network(Self.encoderName, encoder, inputs: itemSize) { name, inputs in
      switch posterior {
      case .normal: GaussianHead(name: name, inputs: inputs, outputs: size, minScale: floor)
      case .delta: DeltaHead(name: name, inputs: inputs, outputs: size)
      case .gmm(let count):
        MixtureHead(name: name, inputs: inputs, outputs: size, components: count, minScale: floor)
      }
    }
  }

  var decoderNetwork: MultilayerPerceptron {
    let (size, floor) = (itemSize, Float(minScale))
    return network(Self.decoderName, decoder, inputs: latentSize) { name, inputs in
      switch likelihood {
      case .normal: GaussianHead(name: name, inputs: inputs, outputs: size, minScale: floor)
      case .bernoulli: BernoulliHead(name: name, inputs: inputs, outputs: size)
      case .gmm(let count):
        MixtureHead(name: name, inputs: inputs, outputs: size, components: count, minScale: floor)
      }
    }
  }

  var learnedPrior: LearnedMixture? {
    switch prior {
    case .normal, .marginal: nil
    case .learned: learned(Self.priorName, latentSize, components: nil)
    case .gmm(let count): learned(Self.priorName, latentSize, components: count)
    }
  }

  var learnedMarginal: LearnedMixture? {
    switch marginal {
    case .marginal, .data: nil
    case .learned: learned(Self.marginalName, itemSize, components: nil)
    case .gmm(let count): learned(Self.marginalName, itemSize, components: count)
    }
  }

  private func learned(_ name: String, _ event: Int, components: Int?) -> LearnedMixture {
    LearnedMixture(name: name, event: event, components: components, minScale: Float(minScale))
  }

  private func network(
    _ name: String, _ architecture: NetworkArchitecture, inputs: Int,
    head: (String, Int) -> any DistributionHead
  ) -> MultilayerPerceptron {
    switch architecture {
    case .mlp(let hidden):
      MultilayerPerceptron(
        name: name, inputs: inputs, hidden: hidden, activation: activation, head: head)
    }
  }
}
