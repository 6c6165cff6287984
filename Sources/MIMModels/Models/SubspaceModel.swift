import MIMTensor

/// Codes [w, z] of which w holds what the class says of an item and z the rest (Klys, Snell and Zemel 2018, arXiv:1812.06190): q(w|x, y),
/// q(z|x), p(w|y), p(z) = N(0, I), p(x|w, z). Rows are items with their attributes behind them.
package struct SubspaceModel: LatentVariableModel {
  package let specification: ModelSpecification
  let attributes: LabelAttributes
  let restEncoder: MultilayerPerceptron
  let labelEncoder: MultilayerPerceptron
  let decoder: any DecoderNetwork
  let subspace: LabelSubspace
  package let adversary: (any Adversary)?

  /// Precondition: the specification is valid.
  init(_ specification: ModelSpecification, attributes: LabelAttributes) {
    self.specification = specification
    self.attributes = attributes
    subspace = LabelSubspace(
      attributes: attributes, units: specification.labelUnits, width: specification.latentSize)
    let hidden = specification.encoder.component.widths ?? []
    func encoder(_ name: String, inputs: Int, outputs: Int) -> MultilayerPerceptron {
      MultilayerPerceptron(
        name: name, inputs: inputs, hidden: hidden, activation: specification.activation
      ) {
        GaussianHead(
          name: $0, inputs: $1, outputs: outputs, minScale: Float(specification.minScale))
      }
    }
    restEncoder = encoder(
      "q_z_given_x", inputs: specification.itemSize,
      outputs: specification.latentSize - specification.labelUnits)
    labelEncoder = encoder(
      "q_w_given_x", inputs: specification.rowWidth, outputs: specification.labelUnits)
    decoder = specification.decoderNetwork
    adversary = specification.objective.component.adversary(for: specification)
  }

  package var vampPrior: VampPrior? { nil }
  package var isAutoregressive: Bool { false }
  package var pixelDecoder: PixelDecoder? { nil }
  package var decoderMarginal: DecoderMarginal { .reconstructed }
  package var labelUnits: Int { specification.labelUnits }

  package var layers: [LayerDescription] {
    restEncoder.descriptions + labelEncoder.descriptions + decoder.descriptions
      + (adversary?.layers ?? [])
  }

  package var parameters: [ParameterDeclaration] {
    restEncoder.parameters + labelEncoder.parameters + decoder.parameters
      + (adversary?.parameters ?? [])
  }

  package func items(of rows: Tensor) -> Tensor {
    rows.slice(axis: 1, range: 0..<specification.itemSize)
  }

  package func classes(of rows: Tensor) -> Tensor? { attributes.classes(of: values(of: rows)) }

  /// The attributes of rows, `[batch, count]`.
  private func values(of rows: Tensor) -> Tensor {
    let first = specification.itemSize
    return rows.slice(axis: 1, range: first..<first + attributes.count)
  }

  package func posterior(of rows: Tensor, sharing shared: SharedParts) -> any Distribution {
    let graph = rows.graph
    return graph.scope("encoder") {
      guard let label = labelEncoder.diagonalGaussian(of: rows),
        let rest = restEncoder.diagonalGaussian(of: items(of: rows))
      else { preconditionFailure("an encoder that isn't Gaussian") }
      return label.beside(rest)
    }
  }

  package func likelihood(
    of z: Tensor, observing x: Tensor?, statistics: NormalizationStatistics
  ) -> any Distribution {
    z.graph.scope("decoder") { decoder.distribution(of: z, observing: x, statistics: statistics) }
  }

  package func prior(beside rows: Tensor, sharing shared: SharedParts) -> (any Distribution)? {
    rows.graph.scope("prior") { subspace.prior(of: values(of: rows)) }
  }

  /// Without items: every class as often as any other.
  package func prior(
    in graph: Graph, batch: Int, sharing shared: SharedParts
  ) -> (any Distribution)? {
    graph.scope("prior") { subspace.mixture(in: graph, batch: batch) }
  }

  package func gaussianOfPseudoInputs(_ u: Tensor) -> DiagonalGaussian {
    preconditionFailure("p(w|y) has no pseudo-inputs")
  }

  package func logMarginal(of x: Tensor) -> Tensor? { nil }

  package func anchorCodes(
    beside rows: Tensor, noise: NoiseSource, sharing shared: SharedParts
  ) -> Tensor {
    subspace.prior(of: values(of: rows)).draw(from: noise, stream: NoiseStream.anchor).value
      .stopGradient()
  }
}

extension DiagonalGaussian {
  /// The independent units of both side by side. Precondition: they have one floor of scales.
  func beside(_ other: DiagonalGaussian) -> DiagonalGaussian {
    let graph = location.graph
    return DiagonalGaussian(
      mean: graph.concatenate([location, other.location], axis: 1),
      logScale: graph.concatenate([logScale, other.logScale], axis: 1), minScale: minScale)
  }
}
