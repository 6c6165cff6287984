/// Adam (D. P. Kingma, J. Ba, arXiv:1412.6980) in PyTorch's form, or the gradient-normalised form of
/// the MIM authors: each tensor's gradient is first divided by (its L2 norm + 1e-7), and ε is
/// added to √v before the bias correction instead of after it.
public struct AdamConfiguration: Sendable, Hashable, Codable {
  /// Which of the two forms.
  public enum Form: String, Sendable, Codable, CaseIterable {
    /// PyTorch's.
    case adam
    /// With each tensor's gradient divided by its norm.
    case gradientNormalised
  }
  /// Which of the two forms.
  public var form: Form
  /// The decay of the running mean of gradients.
  public var beta1: Float
  /// The decay of the running mean of squared gradients.
  public var beta2: Float
  /// Keeps the denominator from zero.
  public var epsilon: Float

  /// The published defaults.
  public init(
    form: Form = .adam, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8
  ) {
    self.form = form
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }
}

/// A change of one parameter at the end of a step, made by `Graph.adam` or
/// `Tensor.batchNormalization`.
public struct Update {
  package enum Rule {
    case adam(gradient: Tensor, learningRate: Tensor, AdamConfiguration)
    /// The parameter becomes this array.
    case replacement(Tensor)
  }

  package let parameter: Tensor
  package let rule: Rule

  package init(
    parameter: Tensor, gradient: Tensor, learningRate: Tensor, configuration: AdamConfiguration
  ) {
    self.parameter = parameter
    rule = .adam(gradient: gradient, learningRate: learningRate, configuration)
  }

  package init(parameter: Tensor, replacement: Tensor) {
    self.parameter = parameter
    rule = .replacement(replacement)
  }

  /// What must be finite for the update to be made.
  package var source: Tensor {
    switch rule {
    case .adam(let gradient, _, _): gradient
    case .replacement(let value): value
    }
  }

  /// The values that the update needs.
  package var needed: [Tensor] {
    switch rule {
    case .adam(let gradient, let learningRate, _): [parameter, gradient, learningRate]
    case .replacement(let value): [parameter, value]
    }
  }

  /// The same update of another graph's tensors.
  package func moved(_ move: (Tensor) -> Tensor) -> Update {
    switch rule {
    case .adam(let gradient, let learningRate, let configuration):
      Update(
        parameter: move(parameter), gradient: move(gradient), learningRate: move(learningRate),
        configuration: configuration)
    case .replacement(let value):
      Update(parameter: move(parameter), replacement: move(value))
    }
  }
}

extension Graph {
  /// One Adam update for each parameter. All updates of a plan are made after everything else in a step, and
  /// only if every gradient is finite. The moments and the number of steps made
  /// live in the plan's `ParameterStore`.
  ///
  /// `learningRate` has shape `[]`. Precondition: as many gradients as parameters, of their shapes.
  public func adam(
    parameters: [Tensor], gradients: [Tensor], learningRate: Tensor,
    configuration: AdamConfiguration = AdamConfiguration()
  ) -> [Update] {
    precondition(
      parameters.map(\.shape) == gradients.map(\.shape) && learningRate.count == 1,
      "Adam needs a gradient per parameter and one learning rate")
    return zip(parameters, gradients).map {
      Update(
        parameter: $0, gradient: $1, learningRate: learningRate, configuration: configuration)
    }
  }
}
