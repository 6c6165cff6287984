import MIMTensor

/// MADE as a density of items (Germain et al. 2015, arXiv:1502.03509): p(x) = Π p(x_d | values before d).
struct MaskedAutoencoderFlow: FlowComponent {
  static let word = "made"
  static let summary = "a masked autoencoder: each value given those before it"
  static let method: MethodNote? = MethodNote(
    "MADE", words: "model flow DATA flow=made(hidden=500, masks=32, order=random)",
    equation: "−Σ_d log p(x_d | values before d)", source: "Germain et al. 2015, arXiv:1502.03509",
    use: "exact probability of bits; mixtures for numbers",
    cost: "one network; at test one pass for each set of masks")
  static let arguments = [
    ComponentArgument(
      "hidden", .integer(1...65536), usual: .integer(500), isNamed: true,
      "units of each hidden layer"),
    ComponentArgument(
      "layers", .integer(1...8), usual: .integer(1), isNamed: true, "hidden layers"),
    ComponentArgument(
      "outputs",
      .word([
        ArgumentWord("fitting", [], "bernoulli for values from 0 to 1, normal for others"),
        ArgumentWord("normal", [], "a normal for each value"),
        ArgumentWord("bernoulli", [], "values of 0 and 1"),
        ArgumentWord(
          "gmm", [ComponentArgument("K", .integer(1...1000), "normals")],
          "a mixture of K normals for each value"),
        ArgumentWord(
          "logistic", [ComponentArgument("K", .integer(1...1000), "logistic distributions")],
          "a mixture of K logistic distributions for each value"),
      ]), usual: .word("fitting", [:]), isNamed: true, "what is said of a value"),
    ComponentArgument(
      "masks", .integer(1...1000), usual: .integer(1), isNamed: true,
      "sets of masks: each step trains one, and the density is the mean of all their probabilities"
    ),
    ComponentArgument(
      "order",
      .word([
        ArgumentWord("natural", [], "that of the values in an item"),
        ArgumentWord("random", [], "another one for each set of masks"),
        ArgumentWord(
          "given",
          [
            ComponentArgument(
              "places", .integers(0...1_048_575, count: 1...1_048_576),
              "the place of each value, from 0")
          ], "an order of your own"),
      ]), usual: .word("natural", [:]), isNamed: true, "the order of the values"),
    ComponentArgument(
      "direct",
      .word([
        ArgumentWord("no", [], "none"), ArgumentWord("yes", [], "from each value to later ones"),
      ]), usual: .word("no", [:]), isNamed: true, "weights from inputs to outputs"),
    ComponentArgument(
      "mask_seed", .integer(0...Int(Int32.max)), usual: .integer(0), isNamed: true,
      "which random orders and masks"),
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  /// The most numbers in all masks of a network.
  private static let mostMaskNumbers = 1 << 26

  var description: String {
    let (layers, hidden, masks) = (
      values.integer("layers"), values.integer("hidden"), values.integer("masks")
    )
    let widths = [String](repeating: "\(hidden)", count: layers).joined(separator: " + ")
    return "masked autoencoder of \(widths) units"
      + (masks == 1 ? "" : ", mean of the probabilities of \(masks) sets of masks")
  }

  private func output(for kind: ValueKind) -> MaskedOutput {
    let word = values.word("outputs")
    return switch word.name {
    case "normal": .normal
    case "bernoulli": .bernoulli
    case "gmm": .mixture(word.values.integer("K"))
    case "logistic": .logistics(word.values.integer("K"))
    default: kind == .real ? .normal : .bernoulli
    }
  }

  private var givenOrder: [Int]? {
    let word = values.word("order")
    return word.name == "given" ? word.values.integers("places") : nil
  }

  func validate(beside specification: ModelSpecification) throws {
    func require(_ condition: Bool, _ reason: String) throws {
      try specification.require(condition, FlowSlot.option, text, reason)
    }
    let size = specification.itemSize
    if let order = givenOrder {
      try require(
        order.sorted() == Array(0..<size),
        "the order must have each place from 0 to \(size - 1) once; use order=random or order=natural"
      )
    }
    let output = output(for: specification.valueKind)
    try require(
      output != .bernoulli || specification.valueKind != .real,
      "outputs=bernoulli is for values from 0 to 1, and these are any numbers; use outputs=normal or outputs=gmm(10)"
    )
    try require(
      output == .bernoulli || specification.valueKind != .binary,
      "values of 0 and 1 have no density; use outputs=bernoulli")
    let (hidden, layers) = (values.integer("hidden"), values.integer("layers"))
    let weights =
      hidden * (layers - 1) * hidden + hidden * size * (1 + output.heads)
      + (isDirect ? size * size * output.heads : 0)
    try require(
      weights <= Self.mostMaskNumbers / values.integer("masks"),
      "its masks would have more than \(Self.mostMaskNumbers) numbers; use fewer masks or units")
  }

  private var isDirect: Bool { values.word("direct").name == "yes" }

  private func sets(size: Int) -> [MaskSet] {
    let hidden = [Int](repeating: values.integer("hidden"), count: values.integer("layers"))
    let order = values.word("order").name == "random" ? nil : givenOrder ?? Array(0..<size)
    return (0..<values.integer("masks")).map { index in
      var stream = RandomStream(
        seed: UInt64(values.integer("mask_seed")), stream: "made.masks.\(index)")
      return MaskSet(order: order, size: size, hidden: hidden, using: &stream)
    }
  }

  func density(for specification: ModelSpecification) -> any DataDensity {
    let output = output(for: specification.valueKind)
    return MaskedDataDensity(
      network: MaskedNetwork(
        name: "p_x", heads: output.heads, activation: .relu,
        sets: sets(size: specification.itemSize), isDirect: isDirect), output: output)
  }
}

private struct MaskedDataDensity: DataDensity {
  let network: MaskedNetwork
  let output: MaskedOutput

  var parameters: [ParameterDeclaration] { network.parameters }

  var layers: [LayerDescription] {
    network.linears.map { $0.description(followedBy: nil) }
      + (network.direct?.linear.map {
        [
          LayerDescription(
            name: $0.name, description: "\($0.inputs) → \($0.outputs), direct",
            parameterCount: $0.inputs * $0.outputs)
        ]
      } ?? [])
  }

  func distribution(
    in graph: Graph, batch: Int, statistics: NormalizationStatistics
  ) -> any Distribution {
    let rows = graph.constant(HostArray(repeating: 0, shape: [batch, network.size]))
    guard statistics.areOfBatch, network.sets.count > 1 else {
      return MaskedDensity(network, output, rows: rows)
    }
    // All ranks draw the same one.
    let index = graph.randomIndices(count: 1, below: network.sets.count, stream: "masks")
    return MaskedDensity(network, output, choice: .drawn(index), rows: rows)
  }

  /// Of a single set of masks in the natural order.
  func conditionals(at x: Tensor) -> Conditionals? {
    guard network.sets.count == 1, network.sets[0].order == Array(0..<network.size),
      output != .bernoulli
    else { return nil }
    return Conditionals(output, network.apply(x))
  }

  var hasCodes: Bool { false }

  func codes(of x: Tensor) -> Tensor {
    preconditionFailure("a masked autoencoder has no codes")
  }

  /// The codes say only how many items.
  func items(
    of codes: HostArray<Float>, _ parameters: [String: HostArray<Float>], seed: UInt64, threads: Int
  ) throws -> HostArray<Float> {
    var random = RandomStream(seed: seed, stream: "sample.masked")
    let chosen = (0..<codes.rowCount).map { _ in random.integer(below: network.sets.count) }
    let size = network.size
    var elements = [Float](repeating: 0, count: codes.rowCount * size)
    for set in network.sets.indices {
      let rows = chosen.indices.filter { chosen[$0] == set }
      guard !rows.isEmpty else { continue }
      let sampler = try MaskedSampler(network, set: set, parameters: parameters)
      let items = sampler.items(rows.count) { outputs, _, _ in
        output.value(
          outputs, normal: Float(random.normal()), uniform: Float(random.uniform()),
          further: { Float(random.uniform()) })
      }
      for (position, row) in rows.enumerated() {
        elements.replaceSubrange(row * size..<(row + 1) * size, with: items.row(position))
      }
    }
    return HostArray(elements, shape: [codes.rowCount, size])
  }
}

extension FlowChoice {
  /// A masked autoencoder; `outputs` is `fitting`, `normal` or `bernoulli`, with `components` a mixture of so many normals, with
  /// `logistics` one of so many logistic distributions.
  public static func made(
    hidden: Int = 500, layers: Int = 1, outputs: String = "fitting", components: Int? = nil,
    logistics: Int? = nil, masks: Int = 1, order: String = "natural", places: [Int]? = nil,
    direct: Bool = false, maskSeed: Int = 0
  ) -> FlowChoice {
    let said: ArgumentValue =
      if let components {
        .word("gmm", ["K": .integer(components)])
      } else if let logistics {
        .word("logistic", ["K": .integer(logistics)])
      } else {
        .word(outputs, [:])
      }
    return FlowChoice(
      MaskedAutoencoderFlow([
        "hidden": .integer(hidden), "layers": .integer(layers),
        "outputs": said,
        "masks": .integer(masks),
        "order": places.map { .word("given", ["places": .integers($0)]) } ?? .word(order, [:]),
        "direct": .word(direct ? "yes" : "no", [:]), "mask_seed": .integer(maskSeed),
      ]))
  }
}
