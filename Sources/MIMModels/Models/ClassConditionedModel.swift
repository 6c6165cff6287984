import MIMTensor

/// A model whose decoder sees the class of each item, p(x|z, y), while encoder and prior don't: codes are [y, z], y one-hot. Its bound is one of
/// log p(x|y).
package struct ClassConditionedModel: LatentVariableModel {
  let specification: ModelSpecification
  let attributes: LabelAttributes
  /// Encoder and prior.
  private let rest: FlatModel
  private let decoder: any DecoderNetwork

  /// Precondition: the specification is valid, and its decoder sees classes.
  init(_ specification: ModelSpecification, attributes: LabelAttributes) {
    self.specification = specification
    self.attributes = attributes
    rest = FlatModel(specification.withoutClasses)
    decoder = specification.decoderNetwork
  }

  package var adversary: (any Adversary)? { rest.adversary }
  package var vampPrior: VampPrior? { rest.vampPrior }
  package var startsFromData: Bool { rest.startsFromData }

  package func noteFirstValues(
    of rows: Tensor, noise: NoiseSource, in noted: StatisticUpdates
  ) {
    rest.noteFirstValues(of: items(of: rows), noise: noise, in: noted)
  }

  package var isAutoregressive: Bool { decoder.isAutoregressive }
  package var pixelDecoder: PixelDecoder? { decoder.pixelDecoder }
  package var decoderMarginal: DecoderMarginal { .reconstructed }
  package var labelUnits: Int { specification.labelUnits }

  package var layers: [LayerDescription] {
    rest.encoder.descriptions + decoder.descriptions + (rest.prior?.layers ?? [])
      + (adversary?.layers ?? [])
  }

  package var parameters: [ParameterDeclaration] {
    rest.encoder.parameters + decoder.parameters + (rest.prior?.parameters ?? [])
      + (adversary?.parameters ?? [])
  }

  package func items(of rows: Tensor) -> Tensor {
    rows.slice(axis: 1, range: 0..<specification.itemSize)
  }

  package func classes(of rows: Tensor) -> Tensor? { ownClasses(of: rows) }

  private func ownClasses(of rows: Tensor) -> Tensor {
    let first = specification.itemSize
    return attributes.classes(
      of: rows.slice(axis: 1, range: first..<first + attributes.count))
  }

  private func held(_ classes: Tensor?, before rest: any Distribution) -> HeldClass {
    HeldClass(classes, of: attributes.classCount, before: rest)
  }

  package func posterior(of rows: Tensor, sharing shared: SharedParts) -> any Distribution {
    held(ownClasses(of: rows), before: rest.posterior(of: items(of: rows), sharing: shared))
  }

  package func gaussianOfPseudoInputs(_ u: Tensor) -> DiagonalGaussian {
    rest.gaussianOfPseudoInputs(u)
  }

  package func likelihood(
    of z: Tensor, observing x: Tensor?, statistics: NormalizationStatistics
  ) -> any Distribution {
    z.graph.scope("decoder") { decoder.distribution(of: z, observing: x, statistics: statistics) }
  }

  package func prior(beside rows: Tensor, sharing shared: SharedParts) -> (any Distribution)? {
    rest.prior(in: rows.graph, batch: rows.shape[0], sharing: shared).map {
      held(ownClasses(of: rows), before: $0)
    }
  }

  /// Without items: every class as often as any other.
  package func prior(
    in graph: Graph, batch: Int, sharing shared: SharedParts
  ) -> (any Distribution)? {
    rest.prior(in: graph, batch: batch, sharing: shared).map { held(nil, before: $0) }
  }

  package func logMarginal(of x: Tensor) -> Tensor? { nil }

  package func anchorCodes(
    beside rows: Tensor, noise: NoiseSource, sharing shared: SharedParts
  ) -> Tensor {
    let codes = rest.anchorCodes(beside: items(of: rows), noise: noise, sharing: shared)
    return rows.graph.concatenate([ownClasses(of: rows), codes], axis: 1)
  }
}
