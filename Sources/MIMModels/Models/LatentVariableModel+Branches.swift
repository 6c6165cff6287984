import MIMTensor

extension LatentVariableModel {
  /// The terms of x from the data, rows `[batch, item]`, and z ~ q(z|x), as an objective asks for them.
  package func encoderBranch(
    of rows: Tensor, noise: NoiseSource, statistics: NormalizationStatistics = .running,
    sampling: BranchSampling = BranchSampling(), sharing shared: SharedParts = SharedParts()
  ) -> Branch {
    let encoded = posterior(of: rows, sharing: shared)
    let (seen, posterior) = (
      rows.repeatingRows(sampling.draws), encoded.repeatingRows(sampling.draws)
    )
    let x = items(of: seen)
    if case .batch(let noted) = statistics {
      noted.note(posterior.statisticUpdates(noted.collective))
    }
    let code = posterior.draw(from: noise, stream: NoiseStream.posterior)
    let z = sampling.detachesCodes ? code.value.stopGradient() : code.value
    let likelihood = likelihood(of: z, observing: x, statistics: statistics)
    let logPXGivenZ = likelihood.logDensity(of: x)
    let logQZGivenX =
      sampling.detachesCodes
      ? posterior.rebuilt(from: posterior.parts.map { $0.stopGradient() }).logDensity(of: z)
      : posterior.logDensity(of: code)
    let prior = prior(beside: seen, sharing: shared)
    let levels = prior?.logDensityPerLevel(of: z)
    let logPZ =
      levels.map(summed) ?? MarginalPrior.inEncoderBranch(logQZGivenX: logQZGivenX)
    let ownMarginal = logMarginal(of: x)
    let logQX =
      ownMarginal
      ?? MarginalEstimators.importanceSampled(
        logPXGivenZ: logPXGivenZ, logPZ: logPZ, logQZGivenX: logQZGivenX)
    var branch = Branch(
      x: x, z: z, posterior: posterior, likelihood: likelihood, prior: prior,
      logPXGivenZ: logPXGivenZ, logPZ: logPZ, logQZGivenX: logQZGivenX, logQX: logQX,
      // log q(z|x) cancels in the sum with the importance-sampled estimate at the same z.
      logEncodingJoint: ownMarginal.map { logQZGivenX + $0 } ?? (logPXGivenZ + logPZ),
      logPTop: top(levels), marginalHoldsPrior: ownMarginal == nil,
      logProbabilityOfChoices: code.logProbabilityOfChoice)
    (branch.classes, branch.labelUnits) = (classes(of: seen), labelUnits)
    branch.logQZGivenXPerChannel = code.logDensityPerChannel
    if sampling.detachesCodes { branch.path = code.value }
    if sampling.drawsPrior {
      branch.priorDraws = prior?.draw(from: noise, stream: NoiseStream.priorSample).value
    }
    return branch
  }

  /// The terms of given codes z `[batch, latent]` and x ~ p(x|z). An autoregressive decoder can't
  /// draw x: `sampled` `[batch, item]` is one, drawn beforehand from the same z.
  package func decoderBranch(
    of z: Tensor, sampled: Tensor? = nil, decoded: DecodedObservations = .sample,
    noise: NoiseSource, sharing shared: SharedParts = SharedParts()
  ) -> Branch {
    let likelihood = likelihood(of: z, observing: sampled)
    let sample = decodedObservations(
      likelihood, sampled: sampled, decoded: decoded, noise: noise)
    let x = sample.value
    let posterior = posterior(of: x, sharing: shared)
    let logPXGivenZ = likelihood.logDensity(of: sample)
    let logQZGivenX = posterior.logDensity(of: z)
    let (logQX, reconstruction) = marginal(
      of: x, logPXGivenZ: logPXGivenZ, posterior: posterior, noise: noise, sharing: shared)
    let prior = prior(in: z.graph, batch: z.shape[0], sharing: shared)
    let levels = prior?.logDensityPerLevel(of: z)
    let logPZ =
      levels.map(summed)
      ?? MarginalPrior.inDecoderBranch(
        logQZGivenX: logQZGivenX, logQX: logQX, logPXGivenZ: logPXGivenZ)
    let choices = [sample.logProbabilityOfChoice, reconstruction?.logProbabilityOfChoice]
      .compactMap { $0 }
    return Branch(
      x: x, z: z, posterior: posterior, likelihood: likelihood, prior: prior,
      logPXGivenZ: logPXGivenZ, logPZ: logPZ, logQZGivenX: logQZGivenX, logQX: logQX,
      logEncodingJoint: logQZGivenX + logQX, logPTop: top(levels), marginalHoldsPrior: false,
      reconstructedZ: reconstruction?.value,
      logProbabilityOfChoices: choices.isEmpty ? nil : summed(choices))
  }

  /// What stands for x in the decoder branch. Pixels drawn outside are choices through and through.
  private func decodedObservations(
    _ likelihood: any Distribution, sampled: Tensor?, decoded: DecodedObservations,
    noise: NoiseSource
  ) -> Draw {
    if let sampled {
      return Draw(discrete: sampled, logProbability: likelihood.logDensity(of: sampled))
    }
    guard decoded == .mean else {
      return likelihood.draw(from: noise, stream: NoiseStream.likelihood)
    }
    return Draw(likelihood.moments(from: noise, stream: NoiseStream.likelihood).mean.stopGradient())
  }

  /// log q(x) of a sampled x, and the z it was estimated at where that was drawn for it.
  private func marginal(
    of x: Tensor, logPXGivenZ: Tensor, posterior: any Distribution, noise: NoiseSource,
    sharing shared: SharedParts
  ) -> (Tensor, Draw?) {
    if let own = logMarginal(of: x) { return (own, nil) }
    if decoderMarginal == .decoderDensity {
      return (MarginalEstimators.decoderDensity(logPXGivenZ: logPXGivenZ), nil)
    }
    let reconstruction = posterior.draw(from: noise, stream: NoiseStream.reconstruction)
    let logDensity = likelihood(of: reconstruction.value, observing: x).logDensity(of: x)
    guard let prior = prior(in: x.graph, batch: x.shape[0], sharing: shared) else {
      return (
        MarginalEstimators.importanceSampledUnderMarginalPrior(logPXGivenZ: logDensity),
        reconstruction
      )
    }
    let logQX = MarginalEstimators.importanceSampled(
      logPXGivenZ: logDensity, logPZ: prior.logDensity(of: reconstruction.value),
      logQZGivenX: posterior.logDensity(of: reconstruction.value))
    return (logQX, reconstruction)
  }

  private func summed(_ parts: [Tensor]) -> Tensor { parts.dropFirst().reduce(parts[0], +) }

  /// The top level of a hierarchy, which a flat model doesn't have.
  private func top(_ levels: [Tensor]?) -> Tensor? {
    levels.flatMap { $0.count > 1 ? $0.last : nil }
  }
}

/// The random streams of a model, named as in the reference files; a two-level model puts 1 or 2
/// behind the names of codes.
package enum NoiseStream {
  /// z ~ q(z|x) in the encoder branch.
  package static let posterior = "eps_z"
  /// z of the decoder branch.
  package static let anchor = "z_prior"
  /// x ~ p(x|z) in the decoder branch.
  package static let likelihood = "eps_x"
  /// The reconstructed z of the decoder branch.
  package static let reconstruction = "eps_z_decoder_branch"
  /// z ~ p(z) that an objective compares codes with.
  package static let priorSample = "z_prior_sample"
  /// Binarisation of grey images.
  package static let binarisation = "binarisation"
}
