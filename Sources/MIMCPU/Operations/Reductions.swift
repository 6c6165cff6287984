import CKernels
import MIMTensor

extension Sum: CPUOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: Sum(axis: 1 - axis), inputs: [true], outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    [
      Instruction(
        MIM_SUM, [binding.inputs[0], binding.outputs[0]],
        sizes: AxisLoops(binding.inputShapes[0], axis: axis).sizes)
    ]
  }
}

/// An array seen as [outer, extent, inner] around one of its axes.
package struct AxisLoops {
  let outer: Int
  let extent: Int
  let inner: Int

  init(_ shape: Shape, axis: Int) {
    outer = shape.dimensions[..<axis].reduce(1, *)
    extent = shape[axis]
    inner = shape.dimensions[(axis + 1)...].reduce(1, *)
  }

  var sizes: [Int] { [outer, extent, inner] }
}
