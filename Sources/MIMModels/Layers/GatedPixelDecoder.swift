import MIMTensor

/// A gated PixelCNN given z (van den Oord et al. 2016, arXiv:1606.05328): z becomes an image of some maps that enters every gate, and where
/// the code begins with the class of the item, that does too.
struct GatedPixelDecoder: DecoderNetwork {
  /// z becomes the maps.
  let map: Linear
  let maps: Int
  /// The units of the class in front of z; 0: none.
  let classes: Int
  let image: ImageSize
  let stack: GatedPixelStack
  let head: PixelHead

  var isAutoregressive: Bool { true }

  var parameters: [ParameterDeclaration] {
    map.parameters + stack.parameters + head.parameters
  }

  var descriptions: [LayerDescription] {
    [map.description(followedBy: nil)] + stack.descriptions + head.descriptions
  }

  /// What the gates see at each pixel beside x: the maps of z, and a plane for each class that is 1 for the item's own.
  func condition(of codes: Tensor) -> Tensor {
    let (graph, batch) = (codes.graph, codes.shape[0])
    let (height, width) = (image.height, image.width)
    let z = codes.slice(axis: 1, range: classes..<codes.shape[1])
    let planes = map.apply(z).reshape([batch, maps, height, width])
    guard classes > 0 else { return planes }
    let own = Self.planes(
      of: codes.slice(axis: 1, range: 0..<classes), height: height, width: width)
    return graph.concatenate([own, planes], axis: 1)
  }

  /// One-hot classes `[batch, n]` at every pixel, `[batch, n, height, width]`: under a 1×1 convolution a bias of each class.
  static func planes(of classes: Tensor, height: Int, width: Int) -> Tensor {
    let (batch, count) = (classes.shape[0], classes.shape[1])
    return classes.reshape([batch, count, 1, 1]).broadcast(to: [batch, count, height, width])
  }

  /// The conditionals p(x_i | x_<i, z) at the observed x.
  func distribution(
    of z: Tensor, observing x: Tensor?, statistics: NormalizationStatistics
  ) -> any Distribution {
    guard let x else { preconditionFailure("an autoregressive decoder observes an x") }
    let images = x.reshape(Shape([z.shape[0]] + image.dimensions))
    return head.distribution(of: stack.apply(images, condition: condition(of: z)))
  }
}
