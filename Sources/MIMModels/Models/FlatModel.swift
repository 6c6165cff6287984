import MIMTensor

/// One level of latent codes: q(z|x), p(x|z), p(z) and, where it is learned or known, q(x).
package struct FlatModel: LatentVariableModel {
  package let specification: ModelSpecification
  /// Known only for toys, and needed only for q(x) = data.
  package let density: MixtureDensity?
  package let vampPrior: VampPrior?
  let encoder: any EncoderNetwork
  let decoder: any DecoderNetwork
  let learnedPrior: LearnedMixture?
  let learnedMarginal: LearnedMixture?
  let pseudoCodes: PseudoCodes?

  package init(_ specification: ModelSpecification, density: MixtureDensity? = nil) {
    self.specification = specification
    self.density = specification.marginal == .data ? density : nil
    vampPrior = specification.vampPrior
    encoder = specification.encoderNetwork
    decoder = specification.decoderNetwork
    learnedPrior = specification.learnedPrior
    learnedMarginal = specification.learnedMarginal
    pseudoCodes = specification.pseudoCodes
  }

  package var isAutoregressive: Bool { decoder.isAutoregressive }
  package var decoderMarginal: DecoderMarginal { .reconstructed }

  package var layers: [LayerDescription] {
    encoder.descriptions + decoder.descriptions
      + [
        learnedPrior?.layerDescription, vampPrior?.layerDescription,
        learnedMarginal?.layerDescription, pseudoCodes?.layerDescription,
      ].compactMap { $0 }
  }

  package var parameters: [ParameterDeclaration] {
    encoder.parameters + decoder.parameters + (learnedPrior?.parameters ?? [])
      + (vampPrior?.parameters ?? []) + (learnedMarginal?.parameters ?? [])
      + (pseudoCodes?.parameters ?? [])
  }

  package func posterior(of x: Tensor) -> any Distribution {
    x.graph.scope("encoder") {
      vampPrior?.encodeBeside(x, encode: gaussianOfPseudoInputs) ?? encoder.distribution(of: x)
    }
  }

  package func gaussianOfPseudoInputs(_ u: Tensor) -> DiagonalGaussian {
    guard let gaussian = encoder.diagonalGaussian(of: u) else {
      preconditionFailure("a VampPrior of an encoder that isn't Gaussian")
    }
    return gaussian
  }

  package func likelihood(
    of z: Tensor, observing x: Tensor?, statistics: NormalizationStatistics
  ) -> any Distribution {
    z.graph.scope("decoder") { decoder.distribution(of: z, observing: x, statistics: statistics) }
  }

  package func prior(in graph: Graph, batch: Int) -> (any Distribution)? {
    graph.scope("prior") {
      switch specification.prior {
      case .normal:
        StandardNormal(
          in: graph, shape: [batch, specification.latentSize],
          scale: 1 + Float(specification.minScale))
      case .learned, .gmm: learnedPrior?.distribution(in: graph, batch: batch)
      case .vampprior:
        vampPrior?.distribution(in: graph, batch: batch, encode: gaussianOfPseudoInputs)
      case .marginal: nil
      }
    }
  }

  package func logMarginal(of x: Tensor) -> Tensor? {
    x.graph.scope("marginal") {
      if let density { return MarginalEstimators.dataAnchor(density, of: x) }
      if let pseudoCodes {
        return MarginalEstimators.pseudoInputMixture(
          likelihood(of: pseudoCodes.codes(in: x.graph)), of: x)
      }
      return learnedMarginal?.distribution(in: x.graph, batch: x.shape[0]).logDensity(of: x)
    }
  }

  package func anchorCodes(beside x: Tensor, noise: NoiseSource) -> Tensor {
    let (graph, batch) = (x.graph, x.shape[0])
    switch specification.anchor {
    case .fixed: return noise.normal([batch, specification.latentSize], NoiseStream.anchor)
    case .learned:
      let source = prior(in: graph, batch: batch) ?? posterior(of: x)
      return source.draw(from: noise, stream: NoiseStream.anchor).value.stopGradient()
    }
  }
}
