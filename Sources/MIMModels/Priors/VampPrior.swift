import MIMTensor

/// p(z) = (1/K) Σ_k q(z|u_k) with learned pseudo-inputs u_k (Tomczak and Welling 2018,
/// arXiv:1705.07120, equation 9). The table has one column a pseudo-input, as the reference's
/// `means.linear.weight`.
public struct VampPrior: Sendable {
  static let name = "means"
  static let weightName = name + ".linear.weight"

  let inputs: PseudoInputs
  let item: Int
  /// The size of the codes that the encoder gives for a pseudo-input.
  let latent: Int
  /// Pixels are held in [0, 1]; other data may be anything.
  let clamps: Bool

  /// The number K of pseudo-inputs.
  public var count: Int { inputs.count }

  /// The table of pseudo-inputs, one a column.
  public var parameters: [ParameterDeclaration] {
    let initializer: ParameterInitializer =
      switch inputs.start {
      case .data: .normal(deviation: Float(PseudoInputs.dataNoise))
      case .normal(let mean, let deviation):
        .normalAround(Float(mean), deviation: Float(deviation))
      }
    return [
      ParameterDeclaration(
        name: Self.weightName, shape: [item, count], initializer: initializer)
    ]
  }

  /// For the summary.
  public var layerDescription: LayerDescription {
    LayerDescription(
      name: Self.name, description: "\(count) pseudo-inputs of \(item) values",
      parameterCount: item * count)
  }

  /// The pseudo-inputs as items `[K, item]`.
  public func items(in graph: Graph) -> Tensor {
    graph.scope("pseudo-inputs") {
      let table = graph.parameter(Self.weightName, shape: [item, count]).transpose()
      return clamps ? table.hardtanh(minimum: 0, maximum: 1) : table
    }
  }

  /// The pseudo-inputs of given parameters, `[K, item]`.
  public func items(_ parameters: [String: HostArray<Float>]) -> HostArray<Float>? {
    guard let table = parameters[Self.weightName] else { return nil }
    var elements: [Float] = []
    elements.reserveCapacity(table.count)
    for column in 0..<count {
      for row in 0..<item {
        let value = table.elements[row * count + column]
        elements.append(clamps ? min(max(value, 0), 1) : value)
      }
    }
    return HostArray(elements, shape: [count, item])
  }
}

extension VampPrior {
  /// Adds the first K items to the noise that pseudo-inputs from data start as.
  func start(
    _ values: inout [String: HostArray<Float>], from items: HostArray<Float>?
  ) throws {
    let name = Self.weightName
    guard inputs.start == .data, var table = values[name] else { return }
    guard let items else { throw unusable("there are no training items to start from") }
    guard items.rowCount >= count else {
      throw unusable(
        "there are only \(items.rowCount) training items to start from; use at most as many "
          + "pseudo-inputs, or init=normal(0.05, 0.01)")
    }
    guard items.rowSize == item else {
      throw unusable("the items to start from have \(items.rowSize) values, not \(item)")
    }
    for row in 0..<item {
      for column in 0..<count {
        table.elements[row * count + column] += items.elements[column * item + row]
      }
    }
    values[name] = table
  }

  private func unusable(_ reason: String) -> ModelError {
    .unusableOption(
      name: "prior", value: PseudoInputPrior(inputs.values).text, reason: reason)
  }
}

extension VampPrior {
  private static let key = "pseudo-inputs"

  /// p(z) for a batch. Whoever asks first has the pseudo-inputs encoded, once in a graph.
  func mixture(
    in graph: Graph, batch: Int, encode: (Tensor) -> DiagonalGaussian
  ) -> UniformMixture {
    let components = graph.once(Self.key) {
      encode(items(in: graph)).parts
    }
    return UniformMixture(means: components[0], logScales: components[1], minScale: 0, batch: batch)
  }

  /// q(z|x), and in the same pass q(z|u_k) where nobody has encoded the pseudo-inputs yet.
  public func encodeBeside(
    _ x: Tensor, encode: (Tensor) -> DiagonalGaussian
  ) -> DiagonalGaussian {
    let graph = x.graph
    guard graph.known(Self.key) == nil else { return encode(x) }
    let both = encode(graph.concatenate([x, items(in: graph)], axis: 0))
    let batch = x.shape[0]
    func rows(_ table: Tensor, _ range: Range<Int>) -> Tensor { table.slice(axis: 0, range: range) }
    let components = batch..<batch + count
    _ = graph.once(Self.key) { both.parts.map { rows($0, components) } }
    return DiagonalGaussian(
      mean: rows(both.location, 0..<batch), logScale: rows(both.logScale, 0..<batch),
      minScale: both.minScale)
  }

  /// Makes inputs of the graph, `[K, latent]` each, stand for the encoded pseudo-inputs' means and
  /// log-scales: outside training they are encoded once for a model, not in every batch.
  public func feedComponents(of graph: Graph) -> (means: Tensor, logScales: Tensor) {
    let fed = graph.once(Self.key) {
      ["means", "log-scales"].map {
        graph.input("pseudo-inputs' \($0)", shape: [count, latent])
      }
    }
    return (fed[0], fed[1])
  }
}
