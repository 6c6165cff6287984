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
public struct GatedEncoder: EncoderNetwork {
  let layers: LayerStack
  let head: BoundedGaussianHead

  public var parameters: [ParameterDeclaration] { layers.parameters + head.parameters }
  public var descriptions: [LayerDescription] { layers.descriptions + head.descriptions }

  public func gaussian(of x: Tensor) -> DiagonalGaussian {
    head.distribution(of: layers.apply(x))
  }

  public func diagonalGaussian(of x: Tensor) -> DiagonalGaussian? {
    head.distribution(of: layers.apply(x))
  }

  public func distribution(of x: Tensor) -> any Distribution {
    head.distribution(of: layers.apply(x))
  }
}
