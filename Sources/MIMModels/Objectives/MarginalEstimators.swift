import Foundation
import MIMTensor

/// The estimators of the marginal q(x), each by its equation. Learned ones are the model's own
/// distributions; the data anchor is made of the data's known density.
package enum MarginalEstimators {
  /// log q(x) = log p(x|z) + log p(z) − log q(z|x) with z ~ q(z|x): one importance sample of
  /// the decoder's marginal ∫ p(x|z) p(z) dz (arXiv:1910.04153, section 3.2). `[batch]`.
  package static func importanceSampled(
    logPXGivenZ: Tensor, logPZ: Tensor, logQZGivenX: Tensor
  ) -> Tensor {
    logPXGivenZ + logPZ - logQZGivenX
  }

  /// The same where p(z) is the encoder's marginal, log p(z) := log q(z|x): log q(x) = log p(x|z).
  package static func importanceSampledUnderMarginalPrior(logPXGivenZ: Tensor) -> Tensor {
    logPXGivenZ
  }

  /// The decoder's density at the z that x came from: log q(x) = log p(x|z) (the authors' two-level
  /// models in the decoder branch).
  package static func decoderDensity(logPXGivenZ: Tensor) -> Tensor { logPXGivenZ }

  /// The pseudo-input mixture q(x) = (1/K) Σ_k p(x|v_k) over learned codes v_k (the VampPrior's
  /// form on the side of x). `components` is p(x|v_k), `[K, item]`; `x` is `[batch, item]`.
  package static func pseudoInputMixture(
    _ components: any Distribution, of x: Tensor
  ) -> Tensor {
    let count = components.mean.shape[0]
    return logDensities(of: x, under: components, count).logSumExp(axis: 1)
      - Float(log(Double(count)))
  }

  /// log p(x_i|v_k), `[batch, K]`: for Bernoulli variables x·l_k − Σ softplus(l_k), one product for
  /// all pairs.
  private static func logDensities(
    of x: Tensor, under components: any Distribution, _ count: Int
  ) -> Tensor {
    if let bernoulli = components as? Bernoulli {
      let logits = bernoulli.logits
      return x.matmul(logits.transpose()) - logits.softplus().sum(axes: [1]).reshape([1, count])
    }
    guard let gaussian = components as? DiagonalGaussian else {
      preconditionFailure("a pseudo-input mixture of \(type(of: components))")
    }
    let (batch, item) = (x.shape[0], x.shape[1])
    let full: Shape = [batch, count, item]
    func spread(_ table: Tensor, _ shape: Shape) -> Tensor {
      table.reshape(shape).broadcast(to: full).reshape([batch * count, item])
    }
    return spread(x, [batch, 1, item]).gaussianLogDensity(
      mean: spread(gaussian.mean, [1, count, item]),
      logScale: spread(gaussian.logScale, [1, count, item]), minScale: gaussian.minScale
    ).reshape([batch, count])
  }

  /// The data anchor: log q(x) = log P(x) of a density known exactly, P(x) = (1/K) Σᵢ N(x; i).
  /// `x` is `[batch, item]`.
  package static func dataAnchor(_ density: MixtureDensity, of x: Tensor) -> Tensor {
    let (batch, components) = (x.shape[0], density.componentCount)
    let shape: Shape = [1, components, density.dimension]
    let full: Shape = [batch, components, density.dimension]
    let mixture = GaussianMixture(
      logits: x.graph.constant(HostArray(repeating: 0, shape: [batch, components])),
      means: x.graph.constant(density.means.reshaped(to: shape)).broadcast(to: full),
      logScales: x.graph.constant(density.scales.reshaped(to: shape)).log().broadcast(to: full),
      minScale: 0)
    return mixture.logDensity(of: x)
  }
}
