import MIMTensor

/// y = x Wᵀ + b with W `[outputs, inputs]`, as PyTorch's `Linear`.
public struct Linear: Sendable {
  /// Its name in the reference's PyTorch state.
  public let name: String
  /// The numbers in a row of x.
  public let inputs: Int
  /// The numbers in a row of y.
  public let outputs: Int
  /// How the weight gets its first values.
  public var initializer = Initializer.torch

  /// How the weight gets its first values; the bias is PyTorch's unless said otherwise.
  public enum Initializer: Sendable {
    /// PyTorch's default: uniform on ±1/√inputs (its Kaiming rule with a = √5).
    case torch
    /// N(0, 2/inputs) (He et al. 2015, arXiv:1502.01852), as the authors' image models have it.
    case he
    /// 0, and so is the bias: at first the layer says nothing.
    case zero
  }

  /// Makes a layer; its parameters are called `NAME.weight` and `NAME.bias`.
  public init(name: String, inputs: Int, outputs: Int, initializer: Initializer = .torch) {
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
    self.initializer = initializer
  }

  /// Weight and bias.
  public var parameters: [ParameterDeclaration] {
    let usual = ParameterInitializer.uniform(bound: 1 / Float(inputs).squareRoot())
    let (weight, bias) =
      switch self.initializer {
      case .torch: (usual, usual)
      case .he: (ParameterInitializer.normal(deviation: (2 / Float(inputs)).squareRoot()), usual)
      case .zero: (.constant(0), .constant(0))
      }
    return [
      ParameterDeclaration(name: "\(name).weight", shape: [outputs, inputs], initializer: weight),
      ParameterDeclaration(name: "\(name).bias", shape: [outputs], initializer: bias),
    ]
  }

  /// `x` `[batch, inputs]` → `[batch, outputs]`, with the activation fused.
  public func apply(_ x: Tensor, activation: Activation = .none) -> Tensor {
    x.graph.scope(name) {
      x.affine(weight: weight(in: x.graph), bias: bias(in: x.graph), activation: activation)
    }
  }

  /// For the summary: `2 → 50, tanh`.
  public func description(followedBy activation: String?) -> LayerDescription {
    LayerDescription(
      name: name,
      description: "\(inputs) → \(outputs)" + (activation.map { ", \($0)" } ?? ""),
      parameterCount: (inputs + 1) * outputs)
  }

  /// W `[outputs, inputs]`.
  public func weight(in graph: Graph) -> Tensor {
    graph.parameter("\(name).weight", shape: [outputs, inputs])
  }

  /// b `[outputs]`.
  public func bias(in graph: Graph) -> Tensor {
    graph.parameter("\(name).bias", shape: [outputs])
  }
}
