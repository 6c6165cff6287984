import MIMTensor

/// A diagonal Gaussian through steps whose networks see the features of each item: what `posterior=` and `likelihood=` have of Real NVP and MAF.
enum ConditionalFlow {
  /// The most units that a draw makes one after another, in all steps of a flow: means of the distribution take 64 draws.
  private static let mostPasses = 40

  /// Affine couplings. Precondition: two outputs at least.
  static func couplings(
    _ values: ArgumentValues, name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> FlowHead {
    let couplings = CouplingStep.alternating(
      values.flows, name: "\(name).flows", size: outputs, hidden: values.hidden)
    let context = Linear(name: "\(name).context", inputs: inputs, outputs: values.hidden)
    return FlowHead(
      base: GaussianHead(name: name, inputs: inputs, outputs: outputs, minScale: minScale),
      stepLayers: [context] + couplings.flatMap(\.linears)
    ) { features in
      let seen = context.apply(features)
      return couplings.map { ConditionalCouplingStep(coupling: $0, context: seen) }
    }
  }

  /// Masked autoregressive flows, every second one of the units in reversed order.
  static func autoregressive(
    _ values: ArgumentValues, name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> FlowHead {
    let networks = MaskedNetwork.ofSteps(values, name: "\(name).flows", size: outputs)
    let context = Linear(name: "\(name).context", inputs: inputs, outputs: values.hidden)
    return FlowHead(
      base: GaussianHead(name: name, inputs: inputs, outputs: outputs, minScale: minScale),
      stepLayers: [context] + networks.flatMap(\.linears)
    ) { features in
      let seen = context.apply(features)
      return (networks.map { MaskedAutoregressiveStep($0, context: seen) } as [any FlowStep])
        .alternating
    }
  }

  /// Throws where draws of an autoregressive one take too many passes.
  static func requireFewPasses(
    _ values: ArgumentValues, size: Int, beside specification: ModelSpecification,
    _ option: String, _ text: String, instead: String
  ) throws {
    try specification.require(
      size * values.flows <= mostPasses, option, text,
      "a draw is made value by value, \(values.flows) × \(size) values in turn, and at most \(mostPasses) are taken; "
        + "use \(instead), or fewer steps")
  }
}
