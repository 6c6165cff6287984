import CKernels

/// log Bernoulli(x | sigmoid(l)) summed over the features: Σ x·l − softplus(l).
struct BernoulliLogDensity: Operation {
  var columns = false
  var name: String { "bernoulliLogDensity" }

  func gradient(_ context: GradientContext) -> [Tensor?] {
    context.inputs[0].graph.append(
      BernoulliLogDensityGradient(), inputs: context.inputs + [context.outputGradients[0]],
      shapes: context.inputs.map(\.shape))
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 4 * inputs[0].count }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(
      operation: BernoulliLogDensity(columns: true), inputs: [true, true], outputs: [false])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    [
      Instruction(
        columns ? MIM_BERNOULLI_COLUMNS : MIM_BERNOULLI_ROWS,
        binding.inputs + [binding.outputs[0]], sizes: binding.inputShapes[0].dimensions)
    ]
  }
}

/// The gradients of `BernoulliLogDensity` with respect to x and the logits.
struct BernoulliLogDensityGradient: Operation {
  var columns = false
  var name: String { "bernoulliLogDensityGradient" }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 4 * inputs[0].count }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(
      operation: BernoulliLogDensityGradient(columns: true), inputs: [true, true, false],
      outputs: [true, true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    [
      Instruction(
        columns ? MIM_BERNOULLI_GRADIENT_COLUMNS : MIM_BERNOULLI_GRADIENT_ROWS,
        binding.inputs + binding.outputs, sizes: binding.inputShapes[0].dimensions)
    ]
  }
}

extension Tensor {
  /// The Bernoulli log-density of each row in nats, from logits, stable for any logit:
  /// Σⱼ xⱼlⱼ − softplus(lⱼ). `self`, `logits` [batch, features] → [batch].
  public func bernoulliLogDensity(logits: Tensor) -> Tensor {
    precondition(
      shape.rank == 2 && logits.shape == shape,
      "Bernoulli log-density of \(shape) under logits \(logits.shape)")
    return graph.append(
      BernoulliLogDensity(), inputs: [self, logits], shape: [shape[0]])
  }
}
