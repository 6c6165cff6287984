import MIMTensor

/// A description of a model and the cost of a training step, known before training.
public struct ModelSummary: Sendable, Hashable {
  /// The objective as a formula: `−½ E_M(x,z)[log p(x|z) + …]`.
  public let objective: String
  /// Where the terms of the formula come from, one line each: `q(x): importance-sampled …`.
  public let densities: [String]
  /// Its layers in order.
  public let layers: [Layer]
  /// The number of parameters.
  public let parameterCount: Int
  /// Items per step, for the lines below.
  public let batch: Int
  /// Peak memory of a training step's plan in bytes, without the line below.
  public let peakBytes: Int
  /// Memory of parameters and optimiser moments in bytes.
  public let parameterBytes: Int
  /// Floating-point operations of a training step, both branches where there are two.
  public let flopsPerStep: Int
  /// What computes each product and convolution of a training step.
  public let passes: [PlanSummary.Pass]
  /// What computes them.
  public let device: PlanSummary.Device

  /// One layer.
  public struct Layer: Sendable, Hashable {
    /// Its name in the reference's PyTorch state, `q_z_given_x.0`.
    public let name: String
    /// What it does, `2 → 50, tanh`.
    public let description: String
    /// The number of its parameters.
    public let parameterCount: Int
  }
}

extension Model {
  /// What the model is and what a step with `batch` items costs: the step is traced, not made ready to run. Throws
  /// for a batch that can't be used.
  public func summary(batch: Int = 128, threads: Int = 1) throws -> ModelSummary {
    let network = specification.costedNetwork
    let objective = specification.tracedObjective
    let plan = try stepCost(
      network, batch: batch, threads: threads, decoderBranch: objective.hasDecoderBranch)
    return ModelSummary(
      objective: objective.formula, densities: specification.densityDescriptions,
      layers: network.layers.map {
        ModelSummary.Layer(
          name: $0.name, description: $0.description, parameterCount: $0.parameterCount)
      },
      parameterCount: parameterCount, batch: batch, peakBytes: plan.peakBytes,
      parameterBytes: plan.parameterBytes, flopsPerStep: plan.flopsPerStep,
      passes: plan.passes, device: plan.device)
  }

  /// What a step without the decoder branch costs, as a share of the operations of a step with it. Throws for a batch that can't be used.
  package func shareOfEncoderBranch(batch: Int) throws -> Double {
    let network = specification.costedNetwork
    let costs = try [false, true].map {
      Double(try stepCost(network, batch: batch, threads: 1, decoderBranch: $0).flopsPerStep)
    }
    return costs[1] > 0 ? min(1, costs[0] / costs[1]) : 1
  }

  private func stepCost(
    _ network: any LatentVariableModel, batch: Int, threads: Int, decoderBranch: Bool
  ) throws -> PlanSummary {
    var options = TrainingOptions()
    options.batch = batch
    options.threads = threads
    try options.validate()
    let step = try TrainingTrace(
      network, specification: specification, options: options, decoderBranch: decoderBranch,
      binarises: false, dataCount: nil, collective: SerialCollective())
    var planOptions = options.planOptions
    planOptions.convolution = convolution
    return try step.computation.cost(options: planOptions)
  }
}

extension ModelSpecification {
  /// A description of each density in the objective.
  var densityDescriptions: [String] {
    if let flow { return ["p(x): " + flow.component.description] }
    if encodesAlone {
      let features = encoder.component.isConvolutional ? "its layers but the last" : "x itself"
      return ["E(x): \(encoder) \(nonLinearity(of: encoder)), C(x): \(features)"]
    }
    return [
      (levels > 1 ? "q(z2|x) q(z1|x, z2)" : "q(z|x)")
        + ": \(posterior), \(encoder) \(nonLinearity(of: encoder))",
      (levels > 1 ? "p(x|z1, z2)" : "p(x|z)")
        + ": \(likelihood), \(decoder) \(nonLinearity(of: decoder))",
      (levels > 1 ? "p(z2) p(z1|z2): normal given z2, p(z2) " : "p(z): ")
        + prior.component.description,
    ]
      + (tracedObjective.usesMarginal ? ["q(x): " + marginal.component.description] : [])
  }

  private func nonLinearity(of network: NetworkChoice) -> String {
    network.component.ownActivation ?? (isGated(network) ? "gated" : activation.rawValue)
  }
}
