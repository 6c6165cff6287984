import MIMTensor

/// One level of latent codes: q(z|x), p(x|z), p(z) and, where it is learned or known, q(x).
package struct FlatModel: LatentVariableModel {
  package let specification: ModelSpecification
  /// Known only for toys, and needed only for q(x) = data.
  package let density: MixtureDensity?
  let encoder: MultilayerPerceptron
  let decoder: MultilayerPerceptron
  let learnedPrior: LearnedMixture?
  let learnedMarginal: LearnedMixture?

  package init(_ specification: ModelSpecification, density: MixtureDensity? = nil) {
    self.specification = specification
    self.density = specification.marginal == .data ? density : nil
    encoder = specification.encoderNetwork
    decoder = specification.decoderNetwork
    learnedPrior = specification.learnedPrior
    learnedMarginal = specification.learnedMarginal
  }

  package var layers: [LayerDescription] {
    encoder.descriptions + decoder.descriptions
      + [learnedPrior, learnedMarginal].compactMap { $0?.layerDescription }
  }

  package var parameters: [ParameterDeclaration] {
    encoder.parameters + decoder.parameters + (learnedPrior?.parameters ?? [])
      + (learnedMarginal?.parameters ?? [])
  }

  package func posterior(of x: Tensor) -> any Distribution {
    x.graph.scope("encoder") { encoder.distribution(of: x) }
  }

  package func likelihood(of z: Tensor) -> any Distribution {
    z.graph.scope("decoder") { decoder.distribution(of: z) }
  }

  package func prior(in graph: Graph, batch: Int) -> (any Distribution)? {
    graph.scope("prior") {
      switch specification.prior {
      case .normal:
        StandardNormal(
          in: graph, shape: [batch, specification.latentSize],
          scale: 1 + Float(specification.minScale))
      case .learned, .gmm: learnedPrior?.distribution(in: graph, batch: batch)
      case .marginal: nil
      }
    }
  }

  /// log q(x) of a q(x) with a density of its own; nil for the importance-sampled marginal.
  private func logMarginal(of x: Tensor) -> Tensor? {
    x.graph.scope("marginal") {
      if let density { return MarginalEstimators.dataAnchor(density, of: x) }
      return learnedMarginal?.distribution(in: x.graph, batch: x.shape[0]).logDensity(of: x)
    }
  }

  package func encoderBranch(of x: Tensor, noise: NoiseSource) -> BranchTerms {
    let posterior = posterior(of: x)
    let code = posterior.draw(from: noise, stream: NoiseStream.posterior)
    let z = code.value
    let logPXGivenZ = likelihood(of: z).logDensity(of: x)
    let logQZGivenX = posterior.logDensity(of: z)
    let logPZ =
      prior(in: x.graph, batch: x.shape[0])?.logDensity(of: z)
      ?? MarginalPrior.inEncoderBranch(logQZGivenX: logQZGivenX)
    let ownMarginal = logMarginal(of: x)
    let logQX =
      ownMarginal
      ?? MarginalEstimators.importanceSampled(
        logPXGivenZ: logPXGivenZ, logPZ: logPZ, logQZGivenX: logQZGivenX)
    return BranchTerms(
      x: x, z: z, logPXGivenZ: logPXGivenZ, logPZ: logPZ, logQZGivenX: logQZGivenX, logQX: logQX,
      // log q(z|x) cancels in the sum with the importance-sampled estimate at the same z.
      logEncodingJoint: ownMarginal.map { logQZGivenX + $0 } ?? (logPXGivenZ + logPZ),
      reconstructedZ: nil, logProbabilityOfChoices: code.logProbabilityOfChoice)
  }

  package func decoderBranch(of z: Tensor, noise: NoiseSource) -> BranchTerms {
    let likelihood = likelihood(of: z)
    let sample = likelihood.draw(from: noise, stream: NoiseStream.likelihood)
    let x = sample.value
    let posterior = posterior(of: x)
    let logPXGivenZ = likelihood.logDensity(of: x)
    let logQZGivenX = posterior.logDensity(of: z)
    let (logQX, reconstruction) = decoderBranchMarginal(of: x, posterior: posterior, noise: noise)
    let logPZ =
      prior(in: z.graph, batch: z.shape[0])?.logDensity(of: z)
      ?? MarginalPrior.inDecoderBranch(
        logQZGivenX: logQZGivenX, logQX: logQX, logPXGivenZ: logPXGivenZ)
    let choices = [sample.logProbabilityOfChoice, reconstruction?.logProbabilityOfChoice]
      .compactMap { $0 }
    return BranchTerms(
      x: x, z: z, logPXGivenZ: logPXGivenZ, logPZ: logPZ, logQZGivenX: logQZGivenX, logQX: logQX,
      logEncodingJoint: logQZGivenX + logQX, reconstructedZ: reconstruction?.value,
      logProbabilityOfChoices: choices.isEmpty ? nil : choices.dropFirst().reduce(choices[0], +))
  }

  /// log q(x) of a sampled x; the importance-sampled marginal is taken at a *reconstructed* z,
  /// drawn from q(z|x), not at the z that x came from.
  private func decoderBranchMarginal(
    of x: Tensor, posterior: any Distribution, noise: NoiseSource
  ) -> (Tensor, Draw?) {
    if let own = logMarginal(of: x) { return (own, nil) }
    let reconstruction = posterior.draw(from: noise, stream: NoiseStream.reconstruction)
    let logPXGivenZ = likelihood(of: reconstruction.value).logDensity(of: x)
    guard let prior = prior(in: x.graph, batch: x.shape[0]) else {
      return (
        MarginalEstimators.importanceSampledUnderMarginalPrior(logPXGivenZ: logPXGivenZ),
        reconstruction
      )
    }
    let logQX = MarginalEstimators.importanceSampled(
      logPXGivenZ: logPXGivenZ, logPZ: prior.logDensity(of: reconstruction.value),
      logQZGivenX: posterior.logDensity(of: reconstruction.value))
    return (logQX, reconstruction)
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

/// The random streams of a flat model, named as in the reference files.
package enum NoiseStream {
  /// z ~ q(z|x) in the encoder branch.
  package static let posterior = "eps_z"
  /// z of the decoder branch.
  package static let anchor = "z_prior"
  /// x ~ p(x|z) in the decoder branch.
  package static let likelihood = "eps_x"
  /// The reconstructed z of the decoder branch.
  package static let reconstruction = "eps_z_decoder_branch"
  /// Binarisation of grey images.
  package static let binarisation = "binarisation"
}
