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
        mim_call_TRANSPOSE(
          mim_transpose(
            x: binding.inputs[0], y: binding.outputs[0],
            matrices: shape.dimensions.dropLast(2).reduce(1, *), rows: shape[-2],
            columns: shape[-1])))
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
        mim_call_COPY_BLOCKS(
          mim_copy(
            source: binding.inputs[0], target: binding.outputs[0], blocks: whole.outer,
            length: part * whole.inner, source_stride: whole.extent * whole.inner,
            source_offset: start * whole.inner, target_stride: part * whole.inner,
            target_offset: 0)))
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
      .zeroes(binding.outputs[0], whole.outer * whole.extent * whole.inner),
      Instruction(
        mim_call_COPY_BLOCKS(
          mim_copy(
            source: binding.inputs[0], target: binding.outputs[0], blocks: whole.outer,
            length: part, source_stride: part, source_offset: 0,
            target_stride: whole.extent * whole.inner, target_offset: before * whole.inner))),
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
        mim_call_COPY_BLOCKS(
          mim_copy(
            source: binding.inputs[index], target: binding.outputs[0], blocks: whole.outer,
            length: part, source_stride: part, source_offset: 0,
            target_stride: whole.extent * whole.inner, target_offset: start)))
    }
  }
}
