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
        function.kernel, [binding.inputs[0], binding.inputs[1], binding.outputs[0]],
        sizes: loops.extents + loops.strides[0] + loops.strides[1])
    ]
  }
}

extension BinaryFunction {
  var kernel: mim_kernel {
    switch self {
    case .add: MIM_ADD
    case .subtract: MIM_SUBTRACT
    case .multiply: MIM_MULTIPLY
    case .divide: MIM_DIVIDE
    case .maximum: MIM_MAXIMUM
    case .minimum: MIM_MINIMUM
    case .logAddExp: MIM_LOG_ADD_EXP
    case .greater: MIM_GREATER
    case .greaterOrEqual: MIM_GREATER_OR_EQUAL
    }
  }
}
