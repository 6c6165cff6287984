import MIMTensor

/// An encoder alone, z = E(x): there is no p(x|z), and no density of codes. What comparing codes with features of the same and of other items
/// costs comes with the codes (`ExtraLoss`).
package struct EncoderModel: LatentVariableModel {
  package let specification: ModelSpecification
  private let encoder: FeatureEncoder
  private let terms: [ComparisonTerm]
  package let adversary: (any Adversary)?

  /// Precondition: the specification is valid.
  init(_ specification: ModelSpecification, comparison: CodeComparison) {
    self.specification = specification
    encoder = FeatureEncoder(specification)
    terms = comparison.terms(of: encoder, codes: specification.latentSize)
    adversary = specification.objective.component.adversary(for: specification)
  }

  package var isAutoregressive: Bool { false }
  package var pixelDecoder: PixelDecoder? { nil }
  package var vampPrior: VampPrior? { nil }
  package var decoderMarginal: DecoderMarginal { .decoderDensity }

  package var parameters: [ParameterDeclaration] {
    encoder.parameters + terms.flatMap(\.parameters) + (adversary?.parameters ?? [])
  }

  package var layers: [LayerDescription] {
    encoder.descriptions + terms.flatMap(\.descriptions) + (adversary?.layers ?? [])
  }

  package func posterior(of x: Tensor, sharing shared: SharedParts) -> any Distribution {
    let graph = x.graph
    let (codes, map) = graph.scope("encoder") { encoder.apply(x) }
    return ComparedCode(location: codes) {
      terms.map { term in
        (term.name, graph.scope(term.name) { term.loss(codes: codes, map: map) })
      }
    }
  }

  package func likelihood(
    of z: Tensor, observing x: Tensor?, statistics: NormalizationStatistics
  ) -> any Distribution { Unspecified(shape: [z.shape[0], specification.itemSize], in: z.graph) }

  /// What prior matching draws codes to: σ(z) is then uniform.
  package func prior(
    in graph: Graph, batch: Int, sharing shared: SharedParts
  ) -> (any Distribution)? {
    StandardLogistic(in: graph, shape: [batch, specification.latentSize])
  }

  package func gaussianOfPseudoInputs(_ u: Tensor) -> DiagonalGaussian {
    preconditionFailure("an encoder alone has no prior to encode for")
  }

  package func logMarginal(of x: Tensor) -> Tensor? { nil }

  package func anchorCodes(
    beside x: Tensor, noise: NoiseSource, sharing shared: SharedParts
  ) -> Tensor {
    preconditionFailure("an encoder alone has no decoder branch")
  }
}
