/// log N(x | μ, s) summed over the features, s = exp(logScale) + minScale.
/// Inputs: x, μ, logScale and exp(logScale), which draws and gradients share.
package struct GaussianLogDensity: Operation {
  package let minScale: Float
  package var name: String { "gaussianLogDensity" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    let (x, mean, exponential) = (context.inputs[0], context.inputs[1], context.inputs[3])
    return x.graph.append(
      GaussianLogDensityGradient(minScale: minScale),
      inputs: [x, mean, exponential, context.outputGradients[0]],
      shapes: Array(repeating: x.shape, count: 3)) + [nil]
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    8 * inputs[0].count
  }
}

/// The gradients of `GaussianLogDensity` with respect to x, μ and logScale.
/// Inputs: x, μ, exp(logScale) and the gradient from above [batch].
package struct GaussianLogDensityGradient: Operation {
  package let minScale: Float
  package var name: String { "gaussianLogDensityGradient" }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    10 * inputs[0].count
  }
}

/// log N(x | 0, s·I) summed over the features, with one fixed scale s.
package struct StandardNormalLogDensity: Operation {
  package let scale: Float
  package var name: String { "standardNormalLogDensity" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    let x = context.inputs[0]
    let outer = context.outputGradients[0].reshape([x.shape[0], 1])
    return [x * outer * (-1 / (scale * scale))]
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    2 * inputs[0].count
  }
}

extension Tensor {
  /// The log-density of a diagonal Gaussian at each row, in nats, with its full constant:
  /// Σⱼ −½((xⱼ − μⱼ)/sⱼ)² − log sⱼ − ½ log 2π, where s = exp(logScale) + minScale.
  ///
  /// `self`, `mean`, `logScale` [batch, features] → [batch]. `mean` and `logScale` may also have
  /// any shape that broadcasts to that of `self`.
  public func gaussianLogDensity(mean: Tensor, logScale: Tensor, minScale: Float = 0) -> Tensor {
    precondition(shape.rank == 2, "Gaussian log-density of shape \(shape)")
    let logScale = logScale.broadcast(to: shape)
    return graph.append(
      GaussianLogDensity(minScale: minScale),
      inputs: [
        self, mean.broadcast(to: shape), logScale, graph.sharedExponential(of: logScale),
      ], shape: [shape[0]])
  }

  /// The log-density of N(0, scale·I) at each row, in nats, with its full constant: [batch,
  /// features] → [batch].
  public func standardNormalLogDensity(scale: Float = 1) -> Tensor {
    precondition(shape.rank == 2 && scale > 0, "normal log-density of shape \(shape)")
    return applying(StandardNormalLogDensity(scale: scale), shape: [shape[0]])
  }
}
