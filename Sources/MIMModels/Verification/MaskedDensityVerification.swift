import MIMTensor

/// `made-natural`, `made-orderings`, `made-direct`: Bernoulli masked autoencoders, whose masks we make of the file's orders and degrees.
struct MaskedDensityVerification {
  private let run: MethodVerification
  private let sizes: Contents.Sizes
  private let layers: [Linear]

  private struct Contents: Decodable {
    struct Sizes: Decodable {
      let inputs: Int
      let hidden: [Int]
      let batch: Int
      let orderings: Int?
      let activation: String
    }
    let config: Sizes
  }

  init(_ file: ReferenceFile) throws {
    run = try MethodVerification(file)
    sizes = try file.decode(Contents.self).config
    guard (1...4096).contains(sizes.inputs), (1...4096).contains(sizes.batch),
      (1...16).contains(sizes.hidden.count),
      sizes.hidden.allSatisfy({ (1...8192).contains($0) }),
      (1...256).contains(sizes.orderings ?? 1), sizes.activation == "relu"
    else { throw file.unreadable("its sizes or its activation are not ones that can be compared") }
    let widths = [sizes.inputs] + sizes.hidden + [sizes.inputs]
    layers = try (0..<widths.count - 1).map { [run] index in
      try run.linear("net.\(2 * index)", inputs: widths[index], outputs: widths[index + 1])
    }
  }

  func rows() throws -> [VerificationRow] {
    let x = try run.constant("x", shape: [sizes.batch, sizes.inputs])
    let sets =
      try sizes.orderings.map { count in try (0..<count).map { try set("\($0).") } }
      ?? [set("")]
    let hasDirect = run.file.array("param.direct") != nil
    let masks = sets.map { $0.masks(heads: 1) }
    let network = MaskedNetwork(
      layers: layers.enumerated().map { index, layer in
        MaskedLayer(
          layer, masks: LayerMasks(masks.count) { masks[$0][index] },
          activation: index == layers.count - 1 ? .none : .relu)
      }, direct: hasDirect ? try direct(sets) : nil, heads: 1, size: sizes.inputs, sets: sets)
    var rows: [VerificationRow] = []
    for (index, set) in sets.enumerated() {
      let prefix = sizes.orderings == nil ? "" : "\(index)."
      rows += masks[index].enumerated().map { run.equal("mask.\(prefix)\($0)", $1) }
      if hasDirect { rows.append(run.equal("mask.\(prefix)direct", set.directMask(heads: 1))) }
    }
    return try rows + compared(network, x)
  }

  private func compared(_ network: MaskedNetwork, _ x: Tensor) throws -> [VerificationRow] {
    let zeros = run.graph.constant(HostArray(repeating: 0, shape: x.shape))
    let logits = network.sets.indices.map { network.apply(x, masks: .fixed($0))[0] }
    let each = network.sets.indices.map { index in
      MaskedDensity(network, .bernoulli, choice: .fixed(index), rows: zeros).logDensity(of: x)
    }
    guard sizes.orderings != nil else {
      return try run.rows(
        values: [("nll", -each[0].mean())], outputs: [("logits", logits[0]), ("log_prob", each[0])])
    }
    let ensemble = MaskedDensity(network, .bernoulli, rows: zeros).logDensity(of: x)
    let losses = each.map { -$0.mean() }
    let sum = losses.dropFirst().reduce(losses[0], +)
    return try run.rows(
      values: losses.enumerated().map { ("nll.\($0)", $1) } + [
        ("nll_mean", sum / Float(losses.count)), ("nll_ensemble", -ensemble.mean()),
      ],
      outputs: logits.enumerated().map { ("\($0).logits", $1) }
        + each.enumerated().map { ("\($0).log_prob", $1) } + [("ensemble_log_prob", ensemble)])
  }

  /// An order and degrees, `degree.PREFIX…`.
  private func set(_ prefix: String) throws -> MaskSet {
    let counts = [sizes.inputs] + sizes.hidden
    let all = try counts.enumerated().map { index, count in
      let name = "degree.\(prefix)\(index)"
      let values = try run.structure(name)
      let numbers = values.elements.compactMap { Int(exactly: $0) }
      let most = index == 0 ? sizes.inputs : max(1, sizes.inputs - 1)
      guard numbers.count == count, values.count == count,
        numbers.allSatisfy({ (0..<most).contains($0) })
      else { throw run.file.unreadable("\(name) is not \(count) numbers from 0 to \(most - 1)") }
      return numbers
    }
    guard all[0].sorted() == Array(0..<sizes.inputs) else {
      throw run.file.unreadable("degree.\(prefix)0 is not an order")
    }
    return MaskSet(order: all[0], degrees: Array(all[1...]))
  }

  private func direct(_ sets: [MaskSet]) throws -> MaskedLayer {
    let shape: Shape = [sizes.inputs, sizes.inputs]
    _ = try run.parameter("direct", shape: shape)
    return MaskedLayer(
      masks: LayerMasks(sets.count) { sets[$0].directMask(heads: 1) }, activation: .none,
      weight: { $0.parameter("direct", shape: shape) },
      bias: { $0.constant(HostArray(repeating: 0, shape: [shape[0]])) })
  }
}

/// `made-mog`: a masked autoencoder with mixtures of normals. The first layer has no non-linearity; outputs lie side by side for each value.
struct MixtureDensityVerification {
  private let run: MethodVerification
  private let sizes: Contents.Sizes

  private struct Contents: Decodable {
    struct Sizes: Decodable {
      let inputs: Int
      let hidden: Int
      let blocks: Int
      let components: Int
      let batch: Int
    }
    let config: Sizes
  }

  init(_ file: ReferenceFile) throws {
    run = try MethodVerification(file)
    sizes = try file.decode(Contents.self).config
    guard (1...1024).contains(sizes.inputs), (1...4096).contains(sizes.batch),
      (1...4096).contains(sizes.hidden), (0...16).contains(sizes.blocks),
      (1...64).contains(sizes.components)
    else { throw file.unreadable("its sizes are out of range") }
  }

  func rows() throws -> [VerificationRow] {
    let (size, count) = (sizes.inputs, sizes.components)
    let output = MaskedOutput.mixture(count)
    let set = MaskSet.inTurn(
      size: size, hidden: [Int](repeating: sizes.hidden, count: sizes.blocks + 1))
    let masks = set.masks(heads: output.heads)
    let names =
      ["initial_layer"] + (0..<sizes.blocks).map { "blocks.\($0).linear" } + ["final_layer"]
    let widths =
      [size] + [Int](repeating: sizes.hidden, count: sizes.blocks + 1) + [size * output.heads]
    let linears = try names.enumerated().map { index, name in
      try run.linear(name, inputs: widths[index], outputs: widths[index + 1])
    }
    // Ours has all first heads, then all second ones: head c·K + k of value d is their row (d·K + k)·3 + c.
    let order = (0..<output.heads).flatMap { head in
      (0..<size).map { value in (value * count + head % count) * 3 + head / count }
    }
    let rows = HostArray(order.map(Float.init), shape: [order.count])
    let last = linears[names.count - 1]
    let layers = linears.dropLast().enumerated().map { index, linear in
      MaskedLayer(
        linear, masks: LayerMasks(masks[index]), activation: index == 0 ? .none : .relu)
    }
    let final = MaskedLayer(
      masks: LayerMasks(masks[names.count - 1]), activation: .none,
      weight: { last.weight(in: $0).gather(rows: $0.constant(rows)) },
      bias: { graph in
        last.bias(in: graph).reshape([order.count, 1]).gather(rows: graph.constant(rows))
          .reshape([order.count])
      })
    let network = MaskedNetwork(
      layers: layers + [final], heads: output.heads, size: size, sets: [set])
    var compared = masks.dropLast().enumerated().map { index, mask in
      run.equal("buffer.\(names[index]).mask", mask)
    }
    compared.append(run.equal("buffer.final_layer.mask", unordered(masks[names.count - 1], order)))
    let x = try run.constant("x", shape: [sizes.batch, size])
    let density = MaskedDensity(network, output, rows: x * 0).logDensity(of: x)
    return try compared
      + run.rows(values: [("nll", -density.mean())], outputs: [("log_prob", density)])
  }

  /// The rows of our mask where the reference has them.
  private func unordered(_ mask: HostArray<Float>, _ order: [Int]) -> HostArray<Float> {
    var elements = mask.elements
    for (ours, theirs) in order.enumerated() {
      elements.replaceSubrange(
        theirs * mask.rowSize..<(theirs + 1) * mask.rowSize, with: mask.row(ours))
    }
    return HostArray(elements, shape: mask.shape)
  }
}
