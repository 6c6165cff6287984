import MIMTensor

/// Two levels of latent codes: q(z2|x) q(z1|x, z2), p(z2) p(z1|z2), p(x|z1, z2) (Tomczak and
/// Welling 2018, arXiv:1705.07120, section 4): convHVAE, PixelHVAE, HVAE.
package struct TwoLevelModel: LatentVariableModel {
  package let specification: ModelSpecification
  package let vampPrior: VampPrior?
  let networks: TwoLevelNetworks
  let learnedPrior: LearnedMixture?
  let pseudoCodes: PseudoCodes?

  package init(_ specification: ModelSpecification) {
    self.specification = specification
    networks = TwoLevelNetworks(specification)
    vampPrior = specification.vampPrior
    learnedPrior = specification.learnedPrior
    pseudoCodes = specification.pseudoCodes
  }

  package var isAutoregressive: Bool { networks.decoder.isAutoregressive }
  package var decoderMarginal: DecoderMarginal { .decoderDensity }

  package var parameters: [ParameterDeclaration] {
    networks.parameters + (learnedPrior?.parameters ?? []) + (vampPrior?.parameters ?? [])
      + (pseudoCodes?.parameters ?? [])
  }

  package var layers: [LayerDescription] {
    networks.descriptions
      + [
        learnedPrior?.layerDescription, vampPrior?.layerDescription,
        pseudoCodes?.layerDescription,
      ].compactMap { $0 }
  }

  package func posterior(of x: Tensor) -> any Distribution {
    x.graph.scope("encoder") {
      let top =
        vampPrior?.encodeBeside(x, encode: networks.top.gaussian) ?? networks.top.gaussian(of: x)
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

  package func prior(in graph: Graph, batch: Int) -> (any Distribution)? {
    graph.scope("prior") {
      topPrior(in: graph, batch: batch).map { top in
        HierarchicalDistribution(top: top, sizes: specification.latentSizes) { _, above, _ in
          networks.lowerPriorDistribution(of: above[0])
        }
      }
    }
  }

  private func topPrior(in graph: Graph, batch: Int) -> (any Distribution)? {
    switch specification.prior {
    case .normal: StandardNormal(in: graph, shape: [batch, specification.latentSizes[1]])
    case .learned, .gmm: learnedPrior?.distribution(in: graph, batch: batch)
    case .vampprior:
      vampPrior?.distribution(in: graph, batch: batch, encode: networks.top.gaussian)
    case .marginal: nil
    }
  }

  package func logMarginal(of x: Tensor) -> Tensor? {
    pseudoCodes.map { codes in
      x.graph.scope("marginal") {
        MarginalEstimators.pseudoInputMixture(likelihood(of: codes.codes(in: x.graph)), of: x)
      }
    }
  }

  /// z2 ~ p(z2), z1 ~ p(z1|z2): gradients flow through both and through the pseudo-inputs.
  package func anchorCodes(beside x: Tensor, noise: NoiseSource) -> Tensor {
    let source = prior(in: x.graph, batch: x.shape[0]) ?? posterior(of: x)
    return source.draw(from: noise, stream: NoiseStream.anchor).value
  }
}
