/// log Σ_k N(x | μ_k, s_k), s = exp(logScale) + minScale, the same components for every row of x.
/// Inputs: x [items, features], μ, logScale and exp(logScale) [components, features]. Outputs: the result [items] and,
/// for its gradient, log N of each component [items, width], width being their number up to whole blocks of 16.
package struct MixtureLogDensity: Operation {
  package let minScale: Float
  package var name: String { "mixtureLogDensity" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    context.inputs[0].graph.append(
      MixtureLogDensityGradient(minScale: minScale),
      inputs: context.inputs + context.outputs + [context.outputGradients[0]],
      shapes: context.inputs.prefix(3).map(\.shape)) + [nil]
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    4 * inputs[0].count * inputs[1][0]
  }
}

/// The gradients of `MixtureLogDensity` with respect to x, μ and logScale.
/// Inputs: its inputs, its outputs and the gradient from above [items].
package struct MixtureLogDensityGradient: Operation {
  package let minScale: Float
  package var name: String { "mixtureLogDensityGradient" }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    10 * inputs[0].count * inputs[1][0]
  }
}

extension Tensor {
  /// log Σ_k N(x | μ_k, s_k) at each row x of `self`, in nats, of diagonal Gaussians with s = exp(logScale) +
  /// minScale. `self` [items, features], `means` and `logScales` [components, features] → [items].
  ///
  /// Precondition: the shapes agree, and there is a component.
  package func mixtureLogDensity(means: Tensor, logScales: Tensor, minScale: Float = 0) -> Tensor {
    precondition(
      shape.rank == 2 && means.shape.rank == 2 && means.shape == logScales.shape
        && means.shape[1] == shape[1] && means.shape[0] > 0,
      "mixture log-density of \(shape) with components \(means.shape)")
    return graph.append(
      MixtureLogDensity(minScale: minScale),
      inputs: [self, means, logScales, graph.sharedExponential(of: logScales)],
      shapes: [[shape[0]], [shape[0], means.shape[0].roundedUp(to: 16)]])[0]
  }
}
