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
        mim_call_BROADCAST(
          mim_broadcast(
            a: binding.inputs[0], result: binding.outputs[0], extent: loops.extent,
            a_stride: loops.stride(0))))
    ]
  }
}
