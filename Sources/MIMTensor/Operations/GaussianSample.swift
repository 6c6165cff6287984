import CKernels

/// μ + (exp(logScale) + minScale)·ε.
struct GaussianSample: Operation {
  let minScale: Float
  var name: String { "gaussianSample" }
  var worksInPlace: Bool { true }

  func gradient(_ context: GradientContext) -> [Tensor?] {
    let outer = context.outputGradients[0]
    let (logScale, noise) = (context.inputs[1], context.inputs[2])
    let others = outer.graph.append(
      GaussianSampleGradient(minScale: minScale), inputs: [logScale, noise, outer],
      shapes: [logScale.shape, noise.shape])
    return [outer] + others
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 4 * inputs[0].count }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: self, inputs: [true, true, true], outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    [
      Instruction(
        MIM_GAUSSIAN_SAMPLE, binding.inputs + [binding.outputs[0]],
        sizes: [binding.inputShapes[0].count], scalars: [minScale])
    ]
  }
}

/// The gradients of `GaussianSample` with respect to logScale and ε.
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
  /// A reparameterised draw μ + s·ε with s = exp(logScale) + minScale, all of one shape; the
  /// gradient flows to mean and logScale (D. P. Kingma, M. Welling, arXiv:1312.6114, eq. 10).
  public func gaussianSample(
    mean: Tensor, logScale: Tensor, noise: Tensor, minScale: Float = 0
  ) -> Tensor {
    precondition(
      mean.shape == noise.shape && logScale.shape == noise.shape,
      "Gaussian draw with \(mean.shape), \(logScale.shape) and noise \(noise.shape)")
    return append(
      GaussianSample(minScale: minScale), inputs: [mean, logScale, noise], shape: mean.shape)
  }
}
