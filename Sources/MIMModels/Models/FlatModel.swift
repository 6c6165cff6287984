import MIMTensor

/// One level of latent codes: q(z|x), p(x|z), p(z) and, where it is learned or known, q(x).
package struct FlatModel: LatentVariableModel {
  package let specification: ModelSpecification
  let encoder: any EncoderNetwork
  let decoder: any DecoderNetwork
  let prior: (any PriorDensity)?
  let marginal: (any MarginalDensity)?
  package let adversary: (any Adversary)?

  /// `density` is that of the data, known only for toys.
  package init(_ specification: ModelSpecification, density: MixtureDensity? = nil) {
    self.specification = specification
    encoder = specification.encoderNetwork
    decoder = specification.decoderNetwork
    prior = specification.prior.component.density(for: specification)
    marginal = specification.marginal.component.density(for: specification, known: density)
    adversary = specification.objective.component.adversary(for: specification)
  }

  package var vampPrior: VampPrior? { prior?.pseudoInputs }

  package var startsFromData: Bool { prior?.startsFromData ?? false }

  /// Of codes that the encoder draws for the rows.
  package func noteFirstValues(
    of rows: Tensor, noise: NoiseSource, in noted: StatisticUpdates
  ) {
    let code = posterior(of: rows, sharing: SharedParts())
      .draw(from: noise, stream: NoiseStream.posterior)
    prior?.noteFirstValues(of: code.value, in: noted)
  }

  package var isAutoregressive: Bool { decoder.isAutoregressive }
  package var decoderMarginal: DecoderMarginal { .reconstructed }
  package var pixelDecoder: PixelDecoder? { decoder.pixelDecoder }

  package var layers: [LayerDescription] {
    encoder.descriptions + decoder.descriptions + (prior?.layers ?? [])
      + (marginal?.layers ?? []) + (adversary?.layers ?? [])
  }

  package var parameters: [ParameterDeclaration] {
    encoder.parameters + decoder.parameters + (prior?.parameters ?? [])
      + (marginal?.parameters ?? []) + (adversary?.parameters ?? [])
  }

  package func posterior(of x: Tensor, sharing shared: SharedParts) -> any Distribution {
    x.graph.scope("encoder") {
      vampPrior?.encodeBeside(x, sharing: shared, encode: gaussianOfPseudoInputs)
        ?? encoder.distribution(of: x)
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

  package func prior(
    in graph: Graph, batch: Int, sharing shared: SharedParts
  ) -> (any Distribution)? {
    graph.scope("prior") {
      prior?.distribution(
        in: graph, batch: batch,
        pseudoInputs: vampPrior.map {
          shared.pseudoInputs(of: $0, in: graph, encode: gaussianOfPseudoInputs)
        })
    }
  }

  package func logMarginal(of x: Tensor) -> Tensor? {
    x.graph.scope("marginal") { marginal?.logDensity(of: x) { likelihood(of: $0) } }
  }

  package func anchorCodes(
    beside x: Tensor, noise: NoiseSource, sharing shared: SharedParts
  ) -> Tensor {
    let (graph, batch) = (x.graph, x.shape[0])
    switch specification.anchor {
    case .fixed: return noise.normal([batch, specification.latentSize], NoiseStream.anchor)
    case .learned:
      let source =
        prior(in: graph, batch: batch, sharing: shared) ?? posterior(of: x, sharing: shared)
      return source.draw(from: noise, stream: NoiseStream.anchor).value.stopGradient()
    }
  }
}
