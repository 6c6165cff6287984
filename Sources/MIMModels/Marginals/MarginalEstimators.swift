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
    let densities = components.logDensitiesOfPairs(x)
    return densities.logSumExp(axis: 1) - Float(log(Double(densities.shape[1])))
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
