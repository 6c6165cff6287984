import CKernels

/// Repeats an array along missing axes and axes of extent 1.
struct Broadcast: Operation {
  var name: String { "broadcast" }

  func gradient(_ context: GradientContext) -> [Tensor?] {
    [context.outputGradients[0].sum(to: context.inputs[0].shape)]
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }

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

extension Tensor {
  /// Repeated to `target`. Precondition: the shapes are aligned at the innermost axis, and each
  /// extent is 1, missing or equal.
  public func broadcast(to target: Shape) -> Tensor {
    if target == shape { return self }
    precondition(
      shape.rank <= target.rank && Shape.broadcast(shape, target) == target,
      "shape \(shape) does not broadcast to \(target)")
    return applying(Broadcast(), shape: target)
  }
}
