import CKernels
import MIMTensor

extension Binary: CPUOperation {
  var worksInPlace: Bool { true }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    // A [f] vector aligns with the innermost axis, which a transposed matrix no longer has inside.
    guard inputs.allSatisfy({ $0.rank != 1 }) else { return nil }
    return BatchMinorForm(
      operation: self, inputs: inputs.map { $0.rank == 2 }, outputs: [true])
  }

  func blocked(_ context: BlockedContext) -> BlockedForm? { elementwiseBlocked(context) }

  func instructions(_ binding: Binding) -> [Instruction] {
    let loops = BroadcastLoops(
      binding.inputShapes, into: binding.outputShapes[0])
    return [
      Instruction(
        function.kernel(
          mim_binary(
            a: binding.inputs[0], b: binding.inputs[1], result: binding.outputs[0],
            extent: loops.extent, a_stride: loops.stride(0), b_stride: loops.stride(1))))
    ]
  }
}

extension BinaryFunction {
  var kernel: (mim_binary) -> mim_call {
    switch self {
    case .add: mim_call_ADD
    case .subtract: mim_call_SUBTRACT
    case .multiply: mim_call_MULTIPLY
    case .divide: mim_call_DIVIDE
    case .maximum: mim_call_MAXIMUM
    case .minimum: mim_call_MINIMUM
    case .logAddExp: mim_call_LOG_ADD_EXP
    case .greater: mim_call_GREATER
    case .greaterOrEqual: mim_call_GREATER_OR_EQUAL
    }
  }
}
