import CKernels

/// log N(x | μ, s) summed over the features, s = exp(logScale) + minScale.
/// Inputs: x, μ, logScale and exp(logScale), which draws and gradients share.
struct GaussianLogDensity: Operation {
  let minScale: Float
  var columns = false
  var name: String { "gaussianLogDensity" }

  func gradient(_ context: GradientContext) -> [Tensor?] {
    let (x, mean, exponential) = (context.inputs[0], context.inputs[1], context.inputs[3])
    return x.graph.append(
      GaussianLogDensityGradient(minScale: minScale),
      inputs: [x, mean, exponential, context.outputGradients[0]],
      shapes: Array(repeating: x.shape, count: 3)) + [nil]
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 8 * inputs[0].count }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(
      operation: GaussianLogDensity(minScale: minScale, columns: true),
      inputs: [true, true, true, true], outputs: [false])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    [
      Instruction(
        columns ? MIM_GAUSSIAN_COLUMNS : MIM_GAUSSIAN_ROWS, binding.inputs + [binding.outputs[0]],
        sizes: binding.inputShapes[0].dimensions, scalars: [minScale])
    ]
  }
}

/// The gradients of `GaussianLogDensity` with respect to x, μ and logScale.
/// Inputs: x, μ, exp(logScale) and the gradient from above [batch].
struct GaussianLogDensityGradient: Operation {
  let minScale: Float
  var columns = false
  var name: String { "gaussianLogDensityGradient" }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 10 * inputs[0].count }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(
      operation: GaussianLogDensityGradient(minScale: minScale, columns: true),
      inputs: [true, true, true, false], outputs: [true, true, true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    [
      Instruction(
        columns ? MIM_GAUSSIAN_GRADIENT_COLUMNS : MIM_GAUSSIAN_GRADIENT_ROWS,
        binding.inputs + binding.outputs, sizes: binding.inputShapes[0].dimensions,
        scalars: [minScale])
    ]
  }
}

/// log N(x | 0, s·I) summed over the features, with one fixed scale s.
struct StandardNormalLogDensity: Operation {
  let scale: Float
  var columns = false
  var name: String { "standardNormalLogDensity" }

  func gradient(_ context: GradientContext) -> [Tensor?] {
    let x = context.inputs[0]
    let outer = context.outputGradients[0].reshape([x.shape[0], 1])
    return [x * outer * (-1 / (scale * scale))]
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 2 * inputs[0].count }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(
      operation: StandardNormalLogDensity(scale: scale, columns: true), inputs: [true],
      outputs: [false])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    [
      Instruction(
        columns ? MIM_STANDARD_NORMAL_COLUMNS : MIM_STANDARD_NORMAL_ROWS,
        [binding.inputs[0], binding.outputs[0]], sizes: binding.inputShapes[0].dimensions,
        scalars: [scale])
    ]
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
