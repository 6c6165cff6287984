import MIMTensor

/// p(k) = Π p(k_i | k_<i) of the numbers of codes on a map, in row-major order, by a gated PixelCNN.
struct CodeNetwork: CodeConditionals {
  let book: Codebook
  let places: CodePlaces
  private let embedding: ParameterDeclaration
  private let stack: GatedPixelStack
  private let last: MapConvolution

  private static let name = "p_z"

  init(book: Codebook, places: CodePlaces, depth: Int, channels: Int) {
    self.book = book
    self.places = places
    embedding = ParameterDeclaration(
      name: "\(Self.name).embedding.weight", shape: [book.count, channels],
      initializer: .normal(deviation: 1))
    stack = GatedPixelStack(
      name: Self.name, inputs: channels, channels: channels, depth: depth, conditions: 0)
    guard let size = ImageSize([channels, places.height, places.width]) else {
      preconditionFailure("a map has three extents")
    }
    last = MapConvolution(
      name: "\(Self.name).logits", input: size, channels: book.count, kernel: 1, stride: 1,
      isRectified: false)
  }

  var parameters: [ParameterDeclaration] { [embedding] + stack.parameters + last.parameters }

  var layers: [LayerDescription] {
    [
      LayerDescription(
        name: embedding.name, description: "\(book.count) codes → \(embedding.shape[1]) channels",
        parameterCount: embedding.shape.count)
    ] + stack.descriptions + [last.description]
  }

  /// The numbers of codes `[batch · places]`, as an image of their embeddings, `[batch, channels, height, width]`.
  static func image(
    of numbers: Tensor, embedding: Tensor, height: Int, width: Int
  ) -> Tensor {
    embedding.gather(rows: numbers).map(
      channels: embedding.shape[1], height: height, width: width)
  }

  func logits(of numbers: Tensor) -> Tensor {
    let graph = numbers.graph
    let image = Self.image(
      of: numbers, embedding: graph.parameter(embedding.name, shape: embedding.shape),
      height: places.height, width: places.width)
    return last.apply(stack.apply(image, condition: nil)).placeAfterPlace
      .reshape([numbers.count, book.count])
  }
}
