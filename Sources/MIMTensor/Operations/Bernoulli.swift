/// log Bernoulli(x | sigmoid(l)) summed over the features: Σ x·l − softplus(l).
package struct BernoulliLogDensity: Operation {
  package var name: String { "bernoulliLogDensity" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    context.inputs[0].graph.append(
      BernoulliLogDensityGradient(), inputs: context.inputs + [context.outputGradients[0]],
      shapes: context.inputs.map(\.shape))
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    4 * inputs[0].count
  }
}

/// The gradients of `BernoulliLogDensity` with respect to x and the logits.
package struct BernoulliLogDensityGradient: Operation {
  package var name: String { "bernoulliLogDensityGradient" }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    4 * inputs[0].count
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
