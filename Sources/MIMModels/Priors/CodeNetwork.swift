import MIMTensor

/// p(k) = Π p(k_i | k_<i) of the numbers of codes on a map, in row-major order, by a gated PixelCNN.
struct CodeNetwork: PriorDensity {
  /// That of the posterior, whose arrays it doesn't own.
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

  /// log p(k_i = · | k_<i) without their constant, `[batch · places, K]`, of numbers `[batch · places]`.
  func logits(of numbers: Tensor) -> Tensor {
    let graph = numbers.graph
    let image = Self.image(
      of: numbers, embedding: graph.parameter(embedding.name, shape: embedding.shape),
      height: places.height, width: places.width)
    return last.apply(stack.apply(image, condition: nil)).placeAfterPlace
      .reshape([numbers.count, book.count])
  }

  func distribution(
    in graph: Graph, batch: Int, pseudoInputs: DiagonalGaussian?
  ) -> any Distribution {
    CodeSequence(
      network: self,
      rows: graph.constant(HostArray(repeating: 0, shape: [batch, places.units])))
  }

  func codes(
    _ count: Int, store: ParameterStore, seed: UInt64, threads: Int
  ) throws -> HostArray<Float>? {
    try CodeSampler(self, store: store, batch: min(count, 64), threads: threads)
      .sample(count, seed: seed)
  }
}

/// Codes drawn one after another from what a `CodeNetwork` says of each.
private struct CodeSequence: Distribution {
  let network: CodeNetwork
  /// Zeros, `[batch, units]`.
  let rows: Tensor

  var mean: Tensor? { nil }
  var standardDeviation: Tensor? { nil }
  var entropy: Tensor? { nil }
  var drawsAtOnce: Bool { false }
  var ownLossName: String? { PixelCodePrior.lossName }
  var parts: [Tensor] { [rows] }

  func rebuilt(from parts: [Tensor]) -> any Distribution {
    CodeSequence(network: network, rows: parts[0])
  }

  private var book: Codebook { network.book }

  /// Of the codes nearest to the vectors of `value`, of which each is one where it comes from the codebook.
  func logDensity(of value: Tensor) -> Tensor {
    let graph = value.graph
    let vectors = value.count / book.dim
    let choice = Codebook.choice(
      of: value.reshape([vectors, book.dim]), among: book.codes(in: graph))
    let all = graph.constant(HostArray((0..<book.count).map(Float.init), shape: [1, book.count]))
    let logs = network.logits(of: (choice * all).sum(axes: [1])).logSoftmax(axis: -1)
    return (logs * choice).sum(axes: [1])
      .reshape([value.shape[0], vectors / value.shape[0]]).sum(axes: [1])
  }

  /// A pass of the network for each place.
  func draw(from noise: NoiseSource, stream: String) -> Draw {
    let (graph, batch, count) = (rows.graph, rows.shape[0], network.places.count)
    let uniforms = noise.uniform([batch, count], stream)
    var numbers = graph.constant(HostArray(repeating: 0, shape: [batch, count]))
    for place in 0..<count {
      let all = network.numbers(after: numbers, uniforms: uniforms)
      let here = graph.constant(
        HostArray((0..<count).map { $0 == place ? 1 : 0 }, shape: [1, count]))
      numbers = numbers * (1 - here) + all * here
    }
    return Draw(
      book.codes(in: graph).gather(rows: numbers.reshape([batch * count])).reshape(rows.shape)
        .stopGradient())
  }
}

extension CodeNetwork {
  /// For each place the number of a code drawn given those before it, `[batch, places]`: right where these are final.
  func numbers(after numbers: Tensor, uniforms: Tensor) -> Tensor {
    let (graph, rows) = (numbers.graph, numbers.count)
    let all = graph.constant(HostArray((0..<book.count).map(Float.init), shape: [1, book.count]))
    let chosen = logits(of: numbers.reshape([rows])).chosenClasses(uniforms.reshape([rows, 1]))
    return (chosen * all).sum(axes: [1]).reshape(numbers.shape)
  }
}
