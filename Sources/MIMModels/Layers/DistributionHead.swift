import MIMTensor

/// The last layer of a network: it turns features into a distribution per item.
public protocol DistributionHead: Sendable {
  var parameters: [ParameterDeclaration] { get }
  /// The products it consists of, for the summary.
  var layers: [Linear] { get }
  /// `features` `[batch, inputs]` → a distribution for each item.
  func distribution(of features: Tensor) -> any Distribution
  /// The same where the family is a diagonal Gaussian; else nil.
  func diagonalGaussian(of features: Tensor) -> DiagonalGaussian?
}

extension DistributionHead {
  /// Nil.
  public func diagonalGaussian(of features: Tensor) -> DiagonalGaussian? { nil }

  /// Those of its layers.
  public var parameters: [ParameterDeclaration] { layers.flatMap(\.parameters) }
}

/// Mean and log-scale of a diagonal Gaussian, each linear in the features.
package struct GaussianHead: DistributionHead {
  let location: Linear
  let logScale: Linear
  let minScale: Float

  package init(name: String, inputs: Int, outputs: Int, minScale: Float) {
    location = Linear(name: "\(name).fc_loc", inputs: inputs, outputs: outputs)
    logScale = Linear(name: "\(name).fc_logscale", inputs: inputs, outputs: outputs)
    self.minScale = minScale
  }

  package var layers: [Linear] { [location, logScale] }

  package func distribution(of features: Tensor) -> any Distribution { normal(of: features) }

  package func diagonalGaussian(of features: Tensor) -> DiagonalGaussian? { normal(of: features) }

  private func normal(of features: Tensor) -> DiagonalGaussian {
    let graph = features.graph
    let heads = graph.scope(location.name) {
      features.affine(heads: layers.map { ($0.weight(in: graph), $0.bias(in: graph)) })
    }
    return DiagonalGaussian(mean: heads[0], logScale: heads[1], minScale: minScale)
  }
}

/// Logits of independent Bernoulli variables, linear in the features.
package struct BernoulliHead: DistributionHead {
  let logits: Linear

  package init(name: String, inputs: Int, outputs: Int) {
    logits = Linear(name: "\(name).fc_logprobs", inputs: inputs, outputs: outputs)
  }

  package var layers: [Linear] { [logits] }

  package func distribution(of features: Tensor) -> any Distribution {
    Bernoulli(logits: logits.apply(features))
  }
}

/// Means and log-scales of independent logistic variables in 256 levels, bounded as
/// `PixelHead` has them.
package struct LogisticHead: DistributionHead {
  let location: Linear
  let logScale: Linear

  package init(name: String, inputs: Int, outputs: Int) {
    location = Linear(name: "\(name).fc_loc", inputs: inputs, outputs: outputs)
    logScale = Linear(name: "\(name).fc_logscale", inputs: inputs, outputs: outputs)
  }

  package var layers: [Linear] { [location, logScale] }

  package func distribution(of features: Tensor) -> any Distribution {
    DiscretisedLogistic(location: location.apply(features), logScale: logScale.apply(features))
  }
}

/// A point, linear in the features.
package struct DeltaHead: DistributionHead {
  let location: Linear

  package init(name: String, inputs: Int, outputs: Int) {
    location = Linear(name: "\(name).fc_loc", inputs: inputs, outputs: outputs)
  }

  package var layers: [Linear] { [location] }

  package func distribution(of features: Tensor) -> any Distribution {
    Delta(location: location.apply(features))
  }
}

/// Weights, means and log-scales of a Gaussian mixture, each linear in the features.
package struct MixtureHead: DistributionHead {
  let components: [GaussianHead]
  let logWeights: Linear
  let outputs: Int
  let minScale: Float

  package init(name: String, inputs: Int, outputs: Int, components count: Int, minScale: Float) {
    components = (0..<count).map {
      GaussianHead(
        name: "\(name).comps.\($0)", inputs: inputs, outputs: outputs, minScale: minScale)
    }
    logWeights = Linear(name: "\(name).fc_logcoefs", inputs: inputs, outputs: count)
    self.outputs = outputs
    self.minScale = minScale
  }

  package var layers: [Linear] { components.flatMap(\.layers) + [logWeights] }

  package func distribution(of features: Tensor) -> any Distribution {
    GaussianMixture(
      logits: logWeights.apply(features),
      means: stacked(components.map(\.location), features),
      logScales: stacked(components.map(\.logScale), features), minScale: minScale)
  }

  /// One product for all components: their weights stay parameters of their own.
  private func stacked(_ layers: [Linear], _ features: Tensor) -> Tensor {
    let graph = features.graph
    return graph.scope(layers[0].name) {
      let weight = graph.concatenate(layers.map { $0.weight(in: graph) }, axis: 0)
      let bias = graph.concatenate(layers.map { $0.bias(in: graph) }, axis: 0)
      return features.affine(weight: weight, bias: bias)
        .reshape([features.shape[0], layers.count, outputs])
    }
  }
}
