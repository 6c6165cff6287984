import MIMTensor

/// p(k) = Π p(k_i | k_<i) of the numbers of an item's codes by a masked autoencoder (Germain et al. 2015, arXiv:1502.03509) whose inputs are
/// embeddings of the numbers and whose outputs are the logits of K classes for each place. All inputs of a place have its degree.
struct MaskedCodeNetwork: CodeConditionals {
  let book: Codebook
  let places: CodePlaces
  private let embedding: ParameterDeclaration
  private let masked: [MaskedLayer]

  private static let name = "p_z"

  /// - Parameters:
  ///   - channels: numbers of an embedding.
  ///   - hidden: the units of each hidden layer.
  init(book: Codebook, places: CodePlaces, channels: Int, hidden: [Int]) {
    (self.book, self.places) = (book, places)
    embedding = ParameterDeclaration(
      name: "\(Self.name).embedding.weight", shape: [book.count, channels],
      initializer: .normal(deviation: 1))
    let order = Array(0..<places.count)
    func repeated(_ times: Int) -> [Int] {
      order.flatMap { [Int](repeating: $0, count: times) }
    }
    let degrees =
      [repeated(channels)] + MaskSet(size: places.count, hidden: hidden).degrees
      + [repeated(book.count)]
    masked = (0...hidden.count).map { index in
      let isLast = index == hidden.count
      let (below, above) = (degrees[index], degrees[index + 1])
      return MaskedLayer(
        Linear(name: "\(Self.name).\(index)", inputs: below.count, outputs: above.count),
        masks: LayerMasks(1) { _ in MaskSet.mask(above, below, isStrict: isLast) },
        activation: isLast ? .none : .relu)
    }
  }

  var parameters: [ParameterDeclaration] {
    [embedding] + masked.compactMap(\.linear).flatMap(\.parameters)
  }

  var layers: [LayerDescription] {
    [
      LayerDescription(
        name: embedding.name, description: "\(book.count) codes → \(embedding.shape[1]) numbers",
        parameterCount: embedding.shape.count)
    ] + masked.compactMap(\.linear).map { $0.description(followedBy: nil) }
  }

  func logits(of numbers: Tensor) -> Tensor {
    let graph = numbers.graph
    let batch = numbers.count / places.count
    let embedded = graph.parameter(embedding.name, shape: embedding.shape)
      .gather(rows: numbers).reshape([batch, places.count * embedding.shape[1]])
    return masked.reduce(embedded) { $1.apply($0, .fixed(0)) }
      .reshape([numbers.count, book.count])
  }
}
