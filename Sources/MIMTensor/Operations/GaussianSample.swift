import CKernels

/// μ + (exp(logScale) + minScale)·ε. Inputs: μ, logScale, ε and exp(logScale).
struct GaussianSample: Operation {
  let minScale: Float
  var name: String { "gaussianSample" }
  var worksInPlace: Bool { true }

  func gradient(_ context: GradientContext) -> [Tensor?] {
    let outer = context.outputGradients[0]
    let (noise, exponential) = (context.inputs[2], context.inputs[3])
    let others = outer.graph.append(
      GaussianSampleGradient(minScale: minScale), inputs: [exponential, noise, outer],
      shapes: [noise.shape, noise.shape])
    return [outer] + others + [nil]
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 4 * inputs[0].count }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: self, inputs: [true, true, true, true], outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    [
      Instruction(
        MIM_GAUSSIAN_SAMPLE,
        [binding.inputs[0], binding.inputs[3], binding.inputs[2], binding.outputs[0]],
        sizes: [binding.inputShapes[0].count], scalars: [minScale])
    ]
  }
}

/// The gradients of `GaussianSample` with respect to logScale and ε.
/// Inputs: exp(logScale), ε and the gradient from above.
struct GaussianSampleGradient: Operation {
  let minScale: Float
  var name: String { "gaussianSampleGradient" }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 4 * inputs[0].count }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: self, inputs: [true, true, true], outputs: [true, true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    [
      Instruction(
        MIM_GAUSSIAN_SAMPLE_GRADIENT, binding.inputs + binding.outputs,
        sizes: [binding.inputShapes[0].count], scalars: [minScale])
    ]
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
