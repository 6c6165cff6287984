import MIMTensor

/// A flow posterior: a diagonal Gaussian, and steps that the encoder's features make for each item.
struct FlowHead: DistributionHead {
  let base: GaussianHead
  /// The layers whose parameters the steps have.
  let stepLayers: [Linear]
  /// The steps for features `[batch, inputs]`.
  let steps: @Sendable (_ features: Tensor) -> [any FlowStep]

  var layers: [Linear] { base.layers + stepLayers }

  func distribution(of features: Tensor) -> any Distribution {
    Flowed(base.distribution(of: features), steps(features))
  }
}
