import MIMTensor

/// The losses of a batch in the branches that run, each `[batch]`.
package struct BranchLosses {
  package let encoder: Tensor
  package let decoder: Tensor?
  /// What the networks beside the model minimise, a scalar; nil without them.
  package let adversary: Tensor?
  /// −log p(x|z) in the encoder branch.
  package let recon: Tensor
  /// log q(z|x) − log p(z) in the encoder branch.
  package let kl: Tensor
  /// What parts of the model add to the loss in the encoder branch.
  package let extras: [ExtraLoss]

  package init(
    _ model: any LatentVariableModel, objective: Objective, x: Tensor, beta: Tensor,
    decoderBranch: Bool, baseline: BaselineKind, noise: NoiseSource,
    decoded: DecodedObservations = .sample, sampled: SampledObservations? = nil,
    statistics: NormalizationStatistics = .running, dataCount: Int? = nil,
    collective: any Collective = SerialCollective(), sharing shared: SharedParts = SharedParts()
  ) {
    let graph = x.graph
    var terms = graph.scope("encoder branch") {
      model.encoderBranch(
        of: x, noise: noise, statistics: statistics, sampling: objective.sampling,
        sharing: shared)
    }
    if let dataCount { terms.dataCount = dataCount }
    terms.adversary = model.adversary?.value(of: terms, isDecoder: false)
    encoder = objective.loss(of: terms, beta: beta, baseline: baseline, collective: collective)
    let draws = objective.sampling.draws
    recon = terms.logPXGivenZ.sumOfRows(draws) * (-1 / Float(draws))
    kl = (terms.logQZGivenX - terms.logPZ).sumOfRows(draws) * (1 / Float(draws))
    extras = terms.extraLosses
    let sample: Branch? =
      decoderBranch
      ? graph.scope("decoder branch") {
        let z = model.anchorCodes(beside: x, noise: sampled?.noise ?? noise, sharing: shared)
        var sample = model.decoderBranch(
          of: z, sampled: sampled?.x, decoded: decoded, noise: noise, sharing: shared)
        sample.isOfDecoder = true
        sample.adversary = model.adversary?.value(of: sample, isDecoder: true)
        return sample
      } : nil
    decoder = sample.map { sample in
      graph.scope("decoder branch") {
        objective.loss(of: sample, beta: beta, baseline: baseline, collective: collective)
      }
    }
    adversary = model.adversary.flatMap { rival in
      graph.scope("networks beside the model") { rival.loss(encoder: terms, decoder: sample) }
    }
  }

  /// What is differentiated: the decoder branch is added to the encoder branch.
  package var total: Tensor { decoder.map { encoder.mean() + $0.mean() } ?? encoder.mean() }

  /// What is reported: the mean of the branches, which estimates the expectation under M.
  package var reported: Tensor { decoder == nil ? total : total * 0.5 }

  /// The same per item, `[batch]`.
  package var reportedPerItem: Tensor { decoder.map { (encoder + $0) * 0.5 } ?? encoder }
}

extension Objective {
  /// The loss of each item with the score-function term where its sample has discrete choices.
  package func loss(
    of terms: Branch, beta: Tensor, baseline: BaselineKind,
    collective: any Collective = SerialCollective()
  ) -> Tensor {
    let draws = sampling.draws
    let loss = terms.extraLosses.reduce(itemLoss(terms, beta)) {
      $0 + $1.loss.sumOfRows(draws) * (1 / Float(draws))
    }
    guard let logProbability = terms.logProbabilityOfChoices?.sumOfRows(draws) else { return loss }
    return ScoreFunction.loss(
      loss, logProbability: logProbability, baseline: baseline, collective: collective)
  }
}
