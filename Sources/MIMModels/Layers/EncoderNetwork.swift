import MIMTensor

/// A network of q(z|x).
public protocol EncoderNetwork: Sendable {
  var parameters: [ParameterDeclaration] { get }
  var descriptions: [LayerDescription] { get }

  /// `x` `[batch, item]` → q(z|x) for each item.
  func distribution(of x: Tensor) -> any Distribution

  /// The same where the family is a diagonal Gaussian; else nil.
  func diagonalGaussian(of x: Tensor) -> DiagonalGaussian?
}

extension MultilayerPerceptron: EncoderNetwork {}

/// Gated layers, then a diagonal Gaussian with bounded variance.
package struct GatedEncoder: EncoderNetwork {
  let layers: LayerStack
  let head: BoundedGaussianHead

  package var parameters: [ParameterDeclaration] { layers.parameters + head.parameters }
  package var descriptions: [LayerDescription] { layers.descriptions + head.descriptions }

  package func gaussian(of x: Tensor) -> DiagonalGaussian {
    head.distribution(of: layers.apply(x))
  }

  package func diagonalGaussian(of x: Tensor) -> DiagonalGaussian? {
    head.distribution(of: layers.apply(x))
  }

  package func distribution(of x: Tensor) -> any Distribution {
    head.distribution(of: layers.apply(x))
  }
}
