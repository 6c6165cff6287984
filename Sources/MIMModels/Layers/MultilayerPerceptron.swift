import MIMTensor

/// Hidden layers with an activation, then a head that gives a distribution. Layers are numbered
/// as in PyTorch's `Sequential`, where activations count: 0, 2, …, the head last.
package struct MultilayerPerceptron: Sendable {
  package let hidden: [Linear]
  package let activation: ActivationKind
  package let head: any DistributionHead

  package init(
    name: String, inputs: Int, hidden widths: [Int], activation: ActivationKind,
    head makeHead: (_ name: String, _ inputs: Int) -> any DistributionHead
  ) {
    var layers: [Linear] = []
    var width = inputs
    for (index, outputs) in widths.enumerated() {
      layers.append(Linear(name: "\(name).\(2 * index)", inputs: width, outputs: outputs))
      width = outputs
    }
    hidden = layers
    self.activation = activation
    head = makeHead("\(name).\(2 * widths.count)", width)
  }

  package var parameters: [ParameterDeclaration] {
    hidden.flatMap(\.parameters) + head.parameters
  }

  package var descriptions: [LayerDescription] {
    hidden.map { $0.description(followedBy: activation.rawValue) }
      + head.layers.map { $0.description(followedBy: nil) }
  }

  /// `x` `[batch, inputs]` → the distribution of the head for each item.
  package func distribution(of x: Tensor) -> any Distribution {
    head.distribution(of: features(of: x))
  }

  package func diagonalGaussian(of x: Tensor) -> DiagonalGaussian? {
    head.diagonalGaussian(of: features(of: x))
  }

  private func features(of x: Tensor) -> Tensor {
    hidden.reduce(x) { $1.apply($0, activation: activation.fused) }
  }
}

extension ActivationKind {
  /// The engine's name for it.
  var fused: Activation {
    switch self {
    case .tanh: .tanh
    case .relu: .relu
    case .swish: .swish
    }
  }
}
