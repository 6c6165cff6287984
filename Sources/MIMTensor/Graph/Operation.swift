/// What a node computes. An operation is one small value type in `Operations/`: its shape rule is
/// the `Tensor` method that makes the node, its gradient rule and its cost stand beside it, and
/// its name is one line in `OperationTable`. How it is computed is the matter of a `Backend`.
package protocol Operation: Sendable {
  /// The name in `OperationTable`, in the gradient check and in diagnoses.
  var name: String { get }

  /// The gradients of the loss with respect to each input, nil where there is none or where
  /// `context.needs` says that it is not needed.
  func gradient(_ context: GradientContext) throws -> [Tensor?]

  /// Additions and multiplications in one run; a transcendental function counts as one.
  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int
}

extension Operation {
  package func gradient(_ context: GradientContext) throws -> [Tensor?] {
    throw EngineError.notDifferentiable(operation: name)
  }
  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    outputs.reduce(0) { $0 + $1.count }
  }
}
