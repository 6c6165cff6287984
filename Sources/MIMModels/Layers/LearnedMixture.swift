import MIMTensor

/// A distribution with its own parameters, not computed from an input: a learned diagonal
/// Gaussian, or a mixture of them, for p(z) and q(x).
package struct LearnedMixture: Sendable {
  let name: String
  let event: Int
  /// Nil: a single Gaussian.
  let components: Int?
  let minScale: Float

  /// Means N(0, 1), log-scales N(0, 0.001²), log-weights N(0, 1), as the authors have them.
  package var parameters: [ParameterDeclaration] {
    let gaussians = componentNames.flatMap { component in
      [
        ParameterDeclaration(
          name: "\(component).loc", shape: [1, event], initializer: .normal(deviation: 1)),
        ParameterDeclaration(
          name: "\(component).logscale", shape: [1, event], initializer: .normal(deviation: 1e-3)),
      ]
    }
    guard let components else { return gaussians }
    let weights = ParameterDeclaration(
      name: "\(name).logcoefs", shape: [1, components], initializer: .normal(deviation: 1))
    return gaussians + [weights]
  }

  package func distribution(in graph: Graph, batch: Int) -> any Distribution {
    guard let components else {
      return DiagonalGaussian(
        mean: parameter("\(name).loc", graph).broadcast(to: [batch, event]),
        logScale: parameter("\(name).logscale", graph).broadcast(to: [batch, event]),
        minScale: minScale)
    }
    let full: Shape = [batch, components, event]
    return GaussianMixture(
      logits: graph.parameter("\(name).logcoefs", shape: [1, components])
        .broadcast(to: [batch, components]),
      means: stacked("loc", graph).broadcast(to: full),
      logScales: stacked("logscale", graph).broadcast(to: full), minScale: minScale)
  }

  package var layerDescription: LayerDescription {
    LayerDescription(
      name: name,
      description: components.map { "mixture of \($0) Gaussians in \(event) dimensions" }
        ?? "Gaussian in \(event) dimensions",
      parameterCount: parameters.reduce(0) { $0 + $1.shape.count })
  }

  private var componentNames: [String] {
    components.map { count in (0..<count).map { "\(name).comps.\($0)" } } ?? [name]
  }

  private func parameter(_ name: String, _ graph: Graph) -> Tensor {
    graph.parameter(name, shape: [1, event])
  }

  private func stacked(_ kind: String, _ graph: Graph) -> Tensor {
    graph.concatenate(componentNames.map { parameter("\($0).\(kind)", graph) }, axis: 0)
      .reshape([1, componentNames.count, event])
  }
}
