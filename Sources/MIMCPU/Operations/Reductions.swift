import CKernels
import MIMTensor

extension Sum: CPUOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: Sum(axis: 1 - axis), inputs: [true], outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    [
      Instruction(
        mim_call_SUM(AxisLoops(binding.inputShapes[0], axis: axis).reduction(binding)))
    ]
  }
}

/// An array seen as [outer, extent, inner] around one of its axes.
struct AxisLoops {
  let outer: Int
  let extent: Int
  let inner: Int

  init(_ shape: Shape, axis: Int) {
    outer = shape.dimensions[..<axis].reduce(1, *)
    extent = shape[axis]
    inner = shape.dimensions[(axis + 1)...].reduce(1, *)
  }

  /// The operands of a reduction over the axis.
  func reduction(_ binding: Binding) -> mim_reduction {
    mim_reduction(
      x: binding.inputs[0], y: binding.outputs[0], outer: outer, extent: extent, inner: inner)
  }
}
