import MIMTensor

/// One loss of a two-level reference with its gradients: a plan run once, with direct convolution.
struct TwoLevelRun {
  /// Per item, in nats.
  let loss: [Double]
  let reconstruction: [Double]
  let divergence: [Double]
  /// Of the mean loss, by parameter.
  let gradients: [(name: String, value: HostArray<Float>)]

  init(
    _ verification: TwoLevelVerification, objective: Objective, entry: TwoLevelVerification.Entry
  ) throws {
    let graph = Graph()
    let (x, noise) = try verification.inputs(of: graph)
    let statistics: NormalizationStatistics =
      entry.train ? .batch(StatisticUpdates()) : .running
    let terms = verification.network.encoderBranch(of: x, noise: noise, statistics: statistics)
    let loss = objective.itemLoss(terms, graph.scalar(Float(entry.beta)))
    let divergence = terms.logQZGivenX - terms.logPZ
    let trained = verification.network.parameters.filter { $0.role == .trained }
    let gradients = try graph.gradients(
      of: loss.mean(), withRespectTo: trained.map { graph.parameter($0.name, shape: $0.shape) })
    var options = PlanOptions()
    options.convolution = .direct
    let plan = try Plan(
      graph: graph, outputs: [loss, terms.logPXGivenZ, divergence] + gradients,
      store: verification.store, options: options)
    plan.run(step: 0)
    func numbers(_ tensor: Tensor) -> [Double] { plan.value(of: tensor).doubles }
    self.loss = numbers(loss)
    reconstruction = numbers(terms.logPXGivenZ)
    self.divergence = numbers(divergence)
    self.gradients = zip(trained, gradients).map { ($0.name, plan.value(of: $1)) }
  }
}

extension TwoLevelVerification {
  /// x and the noises of the file.
  func inputs(of graph: Graph) throws -> (x: Tensor, noise: NoiseSource) {
    func given(_ name: String, _ width: Int) throws -> Tensor {
      graph.constant(try file.required(name, shape: [batch, width]))
    }
    let sizes = specification.latentSizes
    let noise = NoiseSource.given(
      ["eps_z1": try given("eps_z1", sizes[0]), "eps_z2": try given("eps_z2", sizes[1])],
      in: graph)
    return (try given("x", specification.itemSize), noise)
  }

  /// Every intermediate of the pass in evaluation mode.
  func forwardRows() throws -> [VerificationRow] {
    let graph = Graph()
    let (x, noise) = try inputs(of: graph)
    let posterior = network.posterior(of: x, sharing: SharedParts())
    let z = posterior.draw(from: noise, stream: NoiseStream.posterior).value
    let codes = z.levels(specification.latentSizes)
    let top = network.gaussianOfPseudoInputs(x)
    let lower = network.networks.lower.distribution(
      of: codes[1], features: network.networks.lower.items.apply(x))
    let prior = network.networks.lowerPriorDistribution(of: codes[1])
    var outputs = [
      ("z2_q_mean", top.location), ("z2_q_logvar", top.logScale * 2), ("z2", codes[1]),
      ("z1_q_mean", lower.location), ("z1_q_logvar", lower.logScale * 2), ("z1", codes[0]),
      ("z1_p_mean", prior.location), ("z1_p_logvar", prior.logScale * 2),
    ]
    if !network.isAutoregressive, let mean = network.likelihood(of: z).mean {
      outputs.append(("x_mean", mean))
    }
    var options = PlanOptions()
    options.convolution = .direct
    let plan = try Plan(
      graph: graph, outputs: outputs.map(\.1), store: store, options: options)
    plan.run(step: 0)
    return outputs.map { name, tensor in
      file.elements(
        "forward_eval.\(name)", plan.value(of: tensor), tolerance: 1e-4, relative: true)
    }
  }
}
