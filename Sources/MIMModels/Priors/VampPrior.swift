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
  /// q(z|x), and in the same pass q(z|u_k) where nobody has encoded the pseudo-inputs yet.
  func encodeBeside(
    _ x: Tensor, sharing shared: SharedParts, encode: (Tensor) -> DiagonalGaussian
  ) -> DiagonalGaussian {
    guard shared.pseudoInputs == nil else { return encode(x) }
    let both = encode(x.graph.concatenate([x, items(in: x.graph)], axis: 0))
    let batch = x.shape[0]
    func rows(_ range: Range<Int>) -> DiagonalGaussian {
      DiagonalGaussian(
        mean: both.location.slice(axis: 0, range: range),
        logScale: both.logScale.slice(axis: 0, range: range), minScale: both.minScale)
    }
    shared.share(pseudoInputs: rows(batch..<batch + count))
    return rows(0..<batch)
  }

  /// Inputs of the graph, `[K, latent]` each, that stand for the encoded pseudo-inputs' means and log-scales: outside training they are
  /// encoded once for a model, not in every batch.
  func fedComponents(of graph: Graph) -> (means: Tensor, logScales: Tensor) {
    func input(_ name: String) -> Tensor {
      graph.input("pseudo-inputs' \(name)", shape: [count, latent])
    }
    return (input("means"), input("log-scales"))
  }
}
