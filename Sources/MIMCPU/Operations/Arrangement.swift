import CKernels
import MIMTensor

extension Reshape: CPUOperation {
  var isView: Bool { true }
  func instructions(_ binding: Binding) -> [Instruction] { [] }
}

extension Transpose: CPUOperation {
  func instructions(_ binding: Binding) -> [Instruction] {
    let shape = binding.inputShapes[0]
    return [
      Instruction(
        MIM_TRANSPOSE, [binding.inputs[0], binding.outputs[0]],
        sizes: [shape.dimensions.dropLast(2).reduce(1, *), shape[-2], shape[-1]])
    ]
  }
}

extension Slice: CPUOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: Slice(axis: 1 - axis, start: start), inputs: [true], outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    let whole = AxisLoops(binding.inputShapes[0], axis: axis)
    let part = binding.outputShapes[0][axis]
    return [
      Instruction(
        MIM_COPY_BLOCKS, [binding.inputs[0], binding.outputs[0]],
        sizes: [
          whole.outer, part * whole.inner, whole.extent * whole.inner, start * whole.inner,
          part * whole.inner, 0,
        ])
    ]
  }
}

extension Padded: CPUOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(
      operation: Padded(axis: 1 - axis, before: before), inputs: [true], outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    let whole = AxisLoops(binding.outputShapes[0], axis: axis)
    let part = binding.inputShapes[0][axis] * whole.inner
    return [
      Instruction(
        MIM_FILL, [binding.outputs[0]], sizes: [whole.outer * whole.extent * whole.inner],
        scalars: [0]),
      Instruction(
        MIM_COPY_BLOCKS, [binding.inputs[0], binding.outputs[0]],
        sizes: [
          whole.outer, part, part, 0, whole.extent * whole.inner, before * whole.inner,
        ]),
    ]
  }
}

extension Concatenate: CPUOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(
      operation: Concatenate(axis: 1 - axis), inputs: inputs.map { _ in true }, outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    let whole = AxisLoops(binding.outputShapes[0], axis: axis)
    var start = 0
    return binding.inputs.indices.map { index in
      let part = binding.inputShapes[index][axis] * whole.inner
      defer { start += part }
      return Instruction(
        MIM_COPY_BLOCKS, [binding.inputs[index], binding.outputs[0]],
        sizes: [whole.outer, part, part, 0, whole.extent * whole.inner, start])
    }
  }
}
