/// μ + (exp(logScale) + minScale)·ε. Inputs: μ, logScale, ε and exp(logScale).
package struct GaussianSample: Operation {
  package let minScale: Float
  package var name: String { "gaussianSample" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    let outer = context.outputGradients[0]
    let (noise, exponential) = (context.inputs[2], context.inputs[3])
    let others = outer.graph.append(
      GaussianSampleGradient(minScale: minScale), inputs: [exponential, noise, outer],
      shapes: [noise.shape, noise.shape])
    return [outer] + others + [nil]
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    4 * inputs[0].count
  }
}

/// The gradients of `GaussianSample` with respect to logScale and ε.
/// Inputs: exp(logScale), ε and the gradient from above.
package struct GaussianSampleGradient: Operation {
  package let minScale: Float
  package var name: String { "gaussianSampleGradient" }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    4 * inputs[0].count
  }
}

extension Graph {
  /// exp(logScale) as one node, however many densities and draws use it. They account for the
  /// derivative through logScale themselves.
  func sharedExponential(of logScale: Tensor) -> Tensor {
    if let known = exponentials[logScale.id] { return known }
    let made = withScope(replacing: nodes[values[logScale.id].node].scope) { logScale.exp() }
    exponentials[logScale.id] = made
    return made
  }

  /// A reparameterised draw μ + s·ε with s = exp(logScale) + minScale, all of one shape; the
  /// gradient flows to mean and logScale (D. P. Kingma, M. Welling, arXiv:1312.6114, eq. 10).
  public func gaussianSample(
    mean: Tensor, logScale: Tensor, noise: Tensor, minScale: Float = 0
  ) -> Tensor {
    precondition(
      mean.shape == noise.shape && logScale.shape == noise.shape,
      "Gaussian draw with \(mean.shape), \(logScale.shape) and noise \(noise.shape)")
    return append(
      GaussianSample(minScale: minScale),
      inputs: [mean, logScale, noise, sharedExponential(of: logScale)], shape: mean.shape)
  }
}
