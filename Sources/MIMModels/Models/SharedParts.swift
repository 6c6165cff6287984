import MIMTensor

/// What several parts of a model need within one computation, and only one of them should compute: whoever traces the computation makes
/// this and passes it to q(z|x), p(z) and the codes of the decoder branch.
package final class SharedParts {
  /// q(z|u_k) of the prior's pseudo-inputs, from when it is encoded or fed; nil before, and for other priors.
  package private(set) var pseudoInputs: DiagonalGaussian?
  /// p(z) by the size of the batch that it stands for.
  private var priors: [Int: any Distribution] = [:]

  /// Nothing is known yet.
  package init() {}

  /// q(z|u_k) is that from now on.
  package func share(pseudoInputs: DiagonalGaussian) { self.pseudoInputs = pseudoInputs }

  /// q(z|u_k): what is known, or else what `encode` makes of the pseudo-inputs.
  func pseudoInputs(
    of prior: VampPrior, in graph: Graph, encode: (Tensor) -> DiagonalGaussian
  ) -> DiagonalGaussian {
    if let known = pseudoInputs { return known }
    let made = encode(prior.items(in: graph))
    share(pseudoInputs: made)
    return made
  }

  /// p(z) for a batch: what is known, or else what `make` gives.
  func prior(batch: Int, _ make: () -> any Distribution) -> any Distribution {
    if let known = priors[batch] { return known }
    let made = make()
    priors[batch] = made
    return made
  }
}
