/// What an operation's gradient rule sees.
package struct GradientContext {
  /// The values that the node read.
  package let inputs: [Tensor]
  /// The values that it wrote.
  package let outputs: [Tensor]
  /// The gradient of the loss with respect to each output.
  package let outputGradients: [Tensor]
  /// For each input, whether its gradient leads to something requested.
  package let needs: [Bool]
}

extension Graph {
  /// The gradient of `loss` with respect to each of `targets`, by reverse mode: new nodes in this
  /// graph, labelled with the scope of the node that they differentiate. Zero for a target that the
  /// loss does not depend on.
  ///
  /// Throws `EngineError.gradientOfNonScalar` unless the loss is one number, and
  /// `.notDifferentiable` where the gradient would pass through another gradient.
  public func gradients(of loss: Tensor, withRespectTo targets: [Tensor]) throws -> [Tensor] {
    guard loss.count == 1 else { throw EngineError.gradientOfNonScalar(shape: loss.shape) }
    makesGradients = true
    defer { makesGradients = false }
    let depends = valuesDepending(on: targets.map(\.id))
    var gradients: [Int: Tensor] = [loss.id: scalar(1).reshape(loss.shape)]
    for node in nodes[...values[loss.id].node].reversed() {
      guard node.outputs.contains(where: { gradients[$0] != nil }),
        node.inputs.contains(where: { depends.contains($0) })
      else { continue }
      try withScope(replacing: node.scope) {
        try propagate(through: node, depends: depends, into: &gradients)
      }
    }
    return targets.map { gradients[$0.id] ?? scalar(0).broadcast(to: $0.shape) }
  }

  private func propagate(
    through node: Node, depends: Set<Int>, into gradients: inout [Int: Tensor]
  ) throws {
    let context = GradientContext(
      inputs: node.inputs.map(tensor), outputs: node.outputs.map(tensor),
      outputGradients: node.outputs.map {
        gradients[$0] ?? scalar(0).broadcast(to: values[$0].shape)
      },
      needs: node.inputs.map { depends.contains($0) })
    let parts = try node.operation.gradient(context)
    precondition(parts.count == node.inputs.count, "gradient rule of \(node.operation.name)")
    for (index, part) in parts.enumerated() where context.needs[index] {
      guard let part else { continue }
      let input = node.inputs[index]
      precondition(
        part.shape == values[input].shape, "gradient shape of \(node.operation.name)")
      gradients[input] = gradients[input].map { $0 + part } ?? part
    }
  }

  /// The values through which a target reaches the rest of the graph.
  private func valuesDepending(on targets: [Int]) -> Set<Int> {
    var depends = Set(targets)
    for node in nodes where node.inputs.contains(where: { depends.contains($0) }) {
      depends.formUnion(node.outputs)
    }
    return depends
  }
}
