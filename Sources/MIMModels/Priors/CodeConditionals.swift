import MIMTensor

/// p(k) = Π p(k_i | k_<i) of the numbers of an item's codes, place after place: what a learned prior over codes says of each, and with it the
/// density and the draws.
protocol CodeConditionals: PriorDensity {
  /// That of the posterior, whose arrays it doesn't own.
  var book: Codebook { get }
  /// Where the codes are.
  var places: CodePlaces { get }
  /// log p(k_i = · | k_<i), up to a constant of each place, `[batch · places, K]`, of numbers `[batch · places]`.
  func logits(of numbers: Tensor) -> Tensor
}

extension CodeConditionals {
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

  /// For each place the number of a code drawn given those before it, `[batch, places]`: right where these are final.
  func numbers(after numbers: Tensor, uniforms: Tensor) -> Tensor {
    let (graph, rows) = (numbers.graph, numbers.count)
    let all = graph.constant(HostArray((0..<book.count).map(Float.init), shape: [1, book.count]))
    let chosen = logits(of: numbers.reshape([rows])).chosenClasses(uniforms.reshape([rows, 1]))
    return (chosen * all).sum(axes: [1]).reshape(numbers.shape)
  }
}

/// Codes drawn one after another from what a network says of each.
private struct CodeSequence: Distribution {
  let network: any CodeConditionals
  /// Zeros, `[batch, units]`.
  let rows: Tensor

  var mean: Tensor? { nil }
  var standardDeviation: Tensor? { nil }
  var entropy: Tensor? { nil }
  var drawsAtOnce: Bool { false }
  var ownLossName: String? { CodeRate.lossName }
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

/// −log p(k) of a learned prior over codes.
enum CodeRate {
  /// Its column in the history.
  static let lossName = "codes"
}
