import MIMTensor

/// A flow posterior: a diagonal Gaussian and steps that the encoder's features make for each item.
struct FlowHead: DistributionHead {
  let base: GaussianHead
  let steps: [any AmortisedStep]

  init(
    name: String, inputs: Int, outputs: Int, minScale: Float, steps: [any AmortisedStep]
  ) {
    base = GaussianHead(name: name, inputs: inputs, outputs: outputs, minScale: minScale)
    self.steps = steps
  }

  var layers: [Linear] { base.layers + steps.flatMap(\.layers) }

  func distribution(of features: Tensor) -> any Distribution {
    Flowed(base.distribution(of: features), steps.map { $0.step(of: features) })
  }
}

/// A step of a flow that the encoder's features make for each item.
protocol AmortisedStep: Sendable {
  /// The layers whose parameters it has.
  var layers: [Linear] { get }
  /// The step for features `[batch, inputs]`.
  func step(of features: Tensor) -> any FlowStep
}

/// A step that is the same for all items.
struct SharedStep: AmortisedStep {
  let layers: [Linear]
  let made: @Sendable () -> any FlowStep

  func step(of features: Tensor) -> any FlowStep { made() }
}
