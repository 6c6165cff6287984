import MIMTensor

/// A density of items alone: p(x|z) is p(x), whatever z, and q(z|x) a point. Its codes, where it has some, are another view of the items, and no
/// term of the objective.
package struct DensityModel: LatentVariableModel {
  let specification: ModelSpecification
  let density: any DataDensity

  init(_ specification: ModelSpecification, density: any DataDensity) {
    self.specification = specification
    self.density = density
  }

  package var parameters: [ParameterDeclaration] { density.parameters }
  package var layers: [LayerDescription] { density.layers }
  package var isAutoregressive: Bool { false }
  package var startsFromData: Bool { density.startsFromData }

  package func noteFirstValues(
    of rows: Tensor, noise: NoiseSource, in noted: StatisticUpdates
  ) {
    _ = likelihood(of: rows, observing: nil, statistics: .first(noted)).logDensity(of: rows)
  }

  package var pixelDecoder: PixelDecoder? { nil }
  package var vampPrior: VampPrior? { nil }
  package var decoderMarginal: DecoderMarginal { .decoderDensity }

  package func gaussianOfPseudoInputs(_ u: Tensor) -> DiagonalGaussian {
    preconditionFailure("a density of items alone has no prior to encode for")
  }

  package func posterior(of x: Tensor, sharing shared: SharedParts) -> any Distribution {
    Delta(location: x)
  }

  package func likelihood(
    of z: Tensor, observing x: Tensor?, statistics: NormalizationStatistics
  ) -> any Distribution {
    z.graph.scope("density") {
      density.distribution(in: z.graph, batch: z.shape[0], statistics: statistics)
    }
  }

  package func prior(
    in graph: Graph, batch: Int, sharing shared: SharedParts
  ) -> (any Distribution)? {
    StandardNormal(in: graph, shape: [batch, specification.itemSize])
  }

  package func logMarginal(of x: Tensor) -> Tensor? { nil }

  package func anchorCodes(
    beside x: Tensor, noise: NoiseSource, sharing shared: SharedParts
  ) -> Tensor {
    noise.normal(x.shape, NoiseStream.anchor)
  }
}
