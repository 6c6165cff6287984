import MIMTensor

/// A diagonal Gaussian through steps whose networks see the features of each item: what `posterior=` and `likelihood=` have of flows.
enum ConditionalFlow {
  /// The most units that a draw makes one after another, in all steps of a flow: means of the distribution take 64 draws.
  private static let mostPasses = 40

  /// Affine couplings. Precondition: two outputs at least.
  static func couplings(
    _ values: ArgumentValues, name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> FlowHead {
    let couplings = CouplingStep.alternating(
      values.flows, name: "\(name).flows", size: outputs, hidden: values.hidden)
    return head(
      GaussianHead(name: name, inputs: inputs, outputs: outputs, minScale: minScale),
      context: Linear(name: "\(name).context", inputs: inputs, outputs: values.hidden),
      layers: couplings.flatMap(\.linears)
    ) { context in
      couplings.map { ConditionalCouplingStep(coupling: $0, context: context) }
    }
  }

  /// Masked autoregressive flows, or inverse ones, every second one of the units in reversed order.
  static func autoregressive(
    _ values: ArgumentValues, name: String, inputs: Int, outputs: Int, minScale: Float,
    activation: MaskedActivation = .relu,
    step: @escaping @Sendable (MaskedNetwork, _ context: Tensor) -> any FlowStep
  ) -> FlowHead {
    let networks = MaskedNetwork.ofSteps(
      values, name: "\(name).flows", size: outputs, activation: activation)
    return head(
      GaussianHead(name: name, inputs: inputs, outputs: outputs, minScale: minScale),
      context: Linear(name: "\(name).context", inputs: inputs, outputs: values.hidden),
      layers: networks.flatMap(\.linears)
    ) { context in networks.map { step($0, context) }.alternating }
  }

  /// All steps see the same context, linear in the features.
  private static func head(
    _ base: GaussianHead, context: Linear, layers: [Linear],
    steps: @escaping @Sendable (_ context: Tensor) -> [any FlowStep]
  ) -> FlowHead {
    FlowHead(base: base, stepLayers: [context] + layers) { features in
      steps(context.apply(features))
    }
  }

  /// Throws where draws of masked autoregressive flows take too many passes.
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
