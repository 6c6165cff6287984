import MIMTensor

/// y = x Wᵀ + b with W `[outputs, inputs]`, as PyTorch's `Linear`.
package struct Linear: Sendable {
  package let name: String
  package let inputs: Int
  package let outputs: Int

  /// PyTorch's default: weight and bias uniform on ±1/√inputs (its Kaiming rule with a = √5).
  package var parameters: [ParameterDeclaration] {
    let initializer = ParameterInitializer.uniform(bound: 1 / Float(inputs).squareRoot())
    return [
      ParameterDeclaration(
        name: "\(name).weight", shape: [outputs, inputs], initializer: initializer),
      ParameterDeclaration(name: "\(name).bias", shape: [outputs], initializer: initializer),
    ]
  }

  /// `x` `[batch, inputs]` → `[batch, outputs]`, with the activation fused.
  package func apply(_ x: Tensor, activation: Activation = .none) -> Tensor {
    x.graph.scope(name) {
      x.affine(weight: weight(in: x.graph), bias: bias(in: x.graph), activation: activation)
    }
  }

  /// For the summary: `2 → 50, tanh`.
  package func description(followedBy activation: String?) -> LayerDescription {
    LayerDescription(
      name: name,
      description: "\(inputs) → \(outputs)" + (activation.map { ", \($0)" } ?? ""),
      parameterCount: (inputs + 1) * outputs)
  }

  package func weight(in graph: Graph) -> Tensor {
    graph.parameter("\(name).weight", shape: [outputs, inputs])
  }

  package func bias(in graph: Graph) -> Tensor {
    graph.parameter("\(name).bias", shape: [outputs])
  }
}
