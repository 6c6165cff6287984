import MIMTensor

/// A model as networks over symbolic tensors: what training, inference and evaluation see of it.
/// Flat and hierarchical models differ only behind this.
package protocol LatentVariableModel: Sendable {
  /// Its learned arrays, in the order of its layers.
  var parameters: [ParameterDeclaration] { get }

  /// Its layers, for the summary.
  var layers: [LayerDescription] { get }

  /// The terms of x from the data, `[batch, item]`, and z ~ q(z|x).
  func encoderBranch(of x: Tensor, noise: NoiseSource) -> BranchTerms

  /// The terms of given codes z `[batch, latent]` and x ~ p(x|z).
  func decoderBranch(of z: Tensor, noise: NoiseSource) -> BranchTerms

  /// The codes that the decoder branch starts from, `[batch, latent]`; x is the data's batch.
  func anchorCodes(beside x: Tensor, noise: NoiseSource) -> Tensor

  /// q(z|x), `x` `[batch, item]`.
  func posterior(of x: Tensor) -> any Distribution

  /// p(x|z), `z` `[batch, latent]`.
  func likelihood(of z: Tensor) -> any Distribution

  /// p(z) for a batch; nil where it is the encoder's marginal.
  func prior(in graph: Graph, batch: Int) -> (any Distribution)?
}

/// A layer for the summary: its name and what it does.
package struct LayerDescription: Sendable {
  package let name: String
  package let description: String
  package let parameterCount: Int
}

extension ModelSpecification {
  /// The table of model types: the networks that this specification describes. `density` is that
  /// of the data, where it is known.
  package func network(density: MixtureDensity? = nil) -> any LatentVariableModel {
    FlatModel(self, density: density)
  }
}
