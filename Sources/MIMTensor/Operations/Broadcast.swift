/// Repeats an array along missing axes and axes of extent 1.
package struct Broadcast: Operation {
  package var name: String { "broadcast" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    [context.outputGradients[0].sum(to: context.inputs[0].shape)]
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
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
