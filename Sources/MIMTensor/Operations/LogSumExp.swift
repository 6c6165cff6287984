import CKernels

/// log Σ eˣ along one axis, without overflow; −∞ where every x is −∞.
struct LogSumExp: Operation {
  let axis: Int
  var name: String { "logSumExp" }

  func gradient(_ context: GradientContext) -> [Tensor?] {
    [context.outputGradients[0] * context.inputs[0].softmax(axis: axis)]
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 3 * inputs[0].count }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: LogSumExp(axis: 1 - axis), inputs: [true], outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    [
      Instruction(
        MIM_LOG_SUM_EXP, [binding.inputs[0], binding.outputs[0]],
        sizes: AxisLoops(binding.inputShapes[0], axis: axis).sizes)
    ]
  }
}

/// eˣ / Σ eˣ along one axis.
struct Softmax: Operation {
  let axis: Int
  var name: String { "softmax" }

  func gradient(_ context: GradientContext) -> [Tensor?] {
    let (outer, output) = (context.outputGradients[0], context.outputs[0])
    let mean = (outer * output).sum(axes: [axis], keepingDimensions: true)
    return [output * (outer - mean)]
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 4 * inputs[0].count }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: Softmax(axis: 1 - axis), inputs: [true], outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    [
      Instruction(
        MIM_SOFTMAX, [binding.inputs[0], binding.outputs[0]],
        sizes: AxisLoops(binding.inputShapes[0], axis: axis).sizes)
    ]
  }
}

extension Tensor {
  /// log Σ eˣ along `axis`, without overflow.
  public func logSumExp(axis: Int, keepingDimensions: Bool = false) -> Tensor {
    let axis = normalizedAxis(axis)
    var extents = shape.dimensions
    extents[axis] = 1
    let result = applying(LogSumExp(axis: axis), shape: Shape(extents))
    if keepingDimensions { return result }
    extents.remove(at: axis)
    return result.reshape(Shape(extents))
  }

  /// eˣ / Σ eˣ along `axis`.
  public func softmax(axis: Int) -> Tensor { applying(Softmax(axis: normalizedAxis(axis))) }

  /// x − log Σ eˣ along `axis`.
  public func logSoftmax(axis: Int) -> Tensor {
    self - logSumExp(axis: axis, keepingDimensions: true)
  }
}
