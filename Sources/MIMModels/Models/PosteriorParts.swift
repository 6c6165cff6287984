import MIMTensor

/// q(z|x) in two steps: what is computed of x alone, and the distribution that any plan can make of
/// those numbers. Who draws many z of one x does the first step once.
package struct PosteriorParts {
  /// What is computed of x, `[batch, …]` each.
  package let tensors: [Tensor]
  /// The distribution of such numbers, row by row; in any graph.
  package let distribution: ([Tensor]) -> any Distribution
}

extension LatentVariableModel {
  /// The parts of q(z|x), `x` `[batch, item]`.
  package func posteriorParts(of x: Tensor) -> PosteriorParts {
    if let model = self as? TwoLevelModel { return model.partsOfBothLevels(of: x) }
    switch posterior(of: x) {
    case let gaussian as DiagonalGaussian: return PosteriorParts(gaussian)
    case let mixture as GaussianMixture:
      let minScale = mixture.minScale
      return PosteriorParts(tensors: [mixture.logits, mixture.means, mixture.logScales]) {
        GaussianMixture(logits: $0[0], means: $0[1], logScales: $0[2], minScale: minScale)
      }
    case let other:
      return PosteriorParts(tensors: [other.mean]) { Delta(location: $0[0]) }
    }
  }
}

extension PosteriorParts {
  fileprivate init(_ gaussian: DiagonalGaussian) {
    let minScale = gaussian.minScale
    self.init(tensors: [gaussian.mean, gaussian.logScale]) {
      DiagonalGaussian(mean: $0[0], logScale: $0[1], minScale: minScale)
    }
  }
}

extension TwoLevelModel {
  /// q(z2|x)'s parameters, and the features of x that q(z1|x, z2) starts from.
  fileprivate func partsOfBothLevels(of x: Tensor) -> PosteriorParts {
    let top = topPosterior(of: x)
    let features = x.graph.scope("encoder") { networks.lower.items.apply(x) }
    let rebuilt = RebuiltLevels(
      lower: networks.lower, sizes: specification.latentSizes, minScale: top.minScale)
    return PosteriorParts(
      tensors: [top.mean, top.logScale, features], distribution: rebuilt.distribution)
  }
}

/// Makes q(z1, z2|x) of the numbers that were computed of x.
private struct RebuiltLevels {
  let lower: LowerEncoder
  let sizes: [Int]
  let minScale: Float

  func distribution(of parts: [Tensor]) -> any Distribution {
    let top = DiagonalGaussian(mean: parts[0], logScale: parts[1], minScale: minScale)
    let features = parts[2]
    return TwoLevelDistribution(top: top, sizes: sizes) { z2 in
      lower.distribution(of: z2, features: features)
    }
  }
}
