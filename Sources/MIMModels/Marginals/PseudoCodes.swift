import MIMTensor

/// Learned codes v_k for q(x) = (1/K) Σ_k p(x|v_k), one column each.
package struct PseudoCodes: Sendable {
  static let name = "z_means"

  let count: Int
  let latent: Int

  package var parameters: [ParameterDeclaration] {
    [
      ParameterDeclaration(
        name: Self.name + ".linear.weight", shape: [latent, count],
        initializer: .normal(deviation: 1))
    ]
  }

  package var layerDescription: LayerDescription {
    LayerDescription(
      name: Self.name, description: "\(count) pseudo-inputs of q(x), codes of \(latent)",
      parameterCount: latent * count)
  }

  /// `[K, latent]`.
  package func codes(in graph: Graph) -> Tensor {
    graph.parameter(Self.name + ".linear.weight", shape: [latent, count]).transpose()
  }
}
