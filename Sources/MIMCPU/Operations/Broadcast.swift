import CKernels
import MIMTensor

extension Broadcast: CPUOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    guard inputs[0].rank != 1 else { return nil }
    return BatchMinorForm(operation: self, inputs: [inputs[0].rank == 2], outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    let loops = BroadcastLoops(binding.inputShapes, into: binding.outputShapes[0])
    return [
      Instruction(
        MIM_BROADCAST, [binding.inputs[0], binding.outputs[0]],
        sizes: loops.extents + loops.strides[0])
    ]
  }
}
