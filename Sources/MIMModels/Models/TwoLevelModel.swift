import MIMTensor

/// Two levels of latent codes: q(z2|x) q(z1|x, z2), p(z2) p(z1|z2), p(x|z1, z2) (Tomczak and
/// Welling 2018, arXiv:1705.07120, section 4): convHVAE, PixelHVAE, HVAE.
package struct TwoLevelModel: LatentVariableModel {
  package let specification: ModelSpecification
  let networks: TwoLevelNetworks
  /// p(z2).
  let topPrior: (any PriorDensity)?
  let marginal: (any MarginalDensity)?

  package init(_ specification: ModelSpecification) {
    self.specification = specification
    networks = TwoLevelNetworks(specification)
    topPrior = specification.prior.component.density(for: specification)
    marginal = specification.marginal.component.density(for: specification, known: nil)
  }

  package var vampPrior: VampPrior? { topPrior?.pseudoInputs }

  package var startsFromData: Bool { topPrior?.startsFromData ?? false }

  /// Of the top level's codes that the encoder draws for the rows.
  package func noteFirstValues(
    of rows: Tensor, noise: NoiseSource, in noted: StatisticUpdates
  ) {
    let code = networks.top.gaussian(of: rows).draw(from: noise, stream: NoiseStream.posterior)
    topPrior?.noteFirstValues(of: code.value, in: noted)
  }

  package var isAutoregressive: Bool { networks.decoder.isAutoregressive }
  package var decoderMarginal: DecoderMarginal { .decoderDensity }
  package var pixelDecoder: PixelDecoder? { networks.decoder.pixelDecoder }

  package var parameters: [ParameterDeclaration] {
    networks.parameters + (topPrior?.parameters ?? []) + (marginal?.parameters ?? [])
  }

  package var layers: [LayerDescription] {
    networks.descriptions + (topPrior?.layers ?? []) + (marginal?.layers ?? [])
  }

  package func posterior(of x: Tensor, sharing shared: SharedParts) -> any Distribution {
    x.graph.scope("encoder") {
      let top =
        vampPrior?.encodeBeside(x, sharing: shared, encode: networks.top.gaussian)
        ?? networks.top.gaussian(of: x)
      let features = networks.lower.items.apply(x)
      return HierarchicalDistribution(
        top: top, sizes: specification.latentSizes, features: [features]
      ) { _, above, features in
        networks.lower.distribution(of: above[0], features: features[0])
      }
    }
  }

  package func gaussianOfPseudoInputs(_ u: Tensor) -> DiagonalGaussian {
    networks.top.gaussian(of: u)
  }

  package func likelihood(
    of z: Tensor, observing x: Tensor?, statistics: NormalizationStatistics
  ) -> any Distribution {
    z.graph.scope("decoder") {
      networks.decoder.distribution(of: z, observing: x, statistics: statistics)
    }
  }

  package func prior(
    in graph: Graph, batch: Int, sharing shared: SharedParts
  ) -> (any Distribution)? {
    graph.scope("prior") {
      topPrior.map { prior in
        shared.prior(batch: batch) {
          let top = prior.distribution(
            in: graph, batch: batch,
            pseudoInputs: vampPrior.map {
              shared.pseudoInputs(of: $0, in: graph, encode: networks.top.gaussian)
            })
          return HierarchicalDistribution(top: top, sizes: specification.latentSizes) {
            _, above, _ in
            networks.lowerPriorDistribution(of: above[0])
          }
        }
      }
    }
  }

  package func logMarginal(of x: Tensor) -> Tensor? {
    marginal.map { density in
      x.graph.scope("marginal") { density.logDensity(of: x) { likelihood(of: $0) } }
    }
  }

  /// z2 ~ p(z2), z1 ~ p(z1|z2): gradients flow through both and through the pseudo-inputs.
  package func anchorCodes(
    beside x: Tensor, noise: NoiseSource, sharing shared: SharedParts
  ) -> Tensor {
    let source =
      prior(in: x.graph, batch: x.shape[0], sharing: shared) ?? posterior(of: x, sharing: shared)
    return source.draw(from: noise, stream: NoiseStream.anchor).value
  }
}
