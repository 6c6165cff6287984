import MIMTensor

/// A diagonal Gaussian of features, with the log-variance clamped to [−6, 2] as the authors' image
/// models have it; no gradient passes where it is clamped.
package struct BoundedGaussianHead: Sendable {
  let mean: Linear
  let logVariance: Linear

  package init(name: String, inputs: Int, outputs: Int) {
    mean = Linear(
      name: "\(name)_mean.linear", inputs: inputs, outputs: outputs, initializer: .he)
    logVariance = Linear(
      name: "\(name)_logvar.linear", inputs: inputs, outputs: outputs, initializer: .he)
  }

  package var parameters: [ParameterDeclaration] { mean.parameters + logVariance.parameters }

  package var descriptions: [LayerDescription] {
    [mean.description(followedBy: nil), logVariance.description(followedBy: "clamped to [−6, 2]")]
  }

  /// `features` `[batch, inputs]` → N(mean, exp(logvar)), `[batch, outputs]`.
  package func distribution(of features: Tensor) -> DiagonalGaussian {
    let graph = features.graph
    let heads = graph.scope(mean.name) {
      features.affine(
        heads: [mean, logVariance].map { ($0.weight(in: graph), $0.bias(in: graph)) })
    }
    return graph.scope(logVariance.name) {
      DiagonalGaussian(
        mean: heads[0], logScale: heads[1].hardtanh(minimum: -6, maximum: 2) * 0.5, minScale: 0)
    }
  }
}
