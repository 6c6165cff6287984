import MIMTensor

/// `made-gaussian`, `maf`, `realnvp-vector`: flows as densities of items, in training and outside it, with their inverses.
struct FlowDensityVerification {
  private let run: MethodVerification
  private let sizes: Contents.Sizes

  private struct Contents: Decodable {
    struct Sizes: Decodable {
      let inputs: Int
      let hidden: Int
      let batch: Int
      let steps: Int?
      let couplings: Int?
    }
    let config: Sizes
  }

  init(_ file: ReferenceFile) throws {
    run = try MethodVerification(file)
    sizes = try file.decode(Contents.self).config
    guard (1...256).contains(sizes.inputs), (1...4096).contains(sizes.batch),
      (1...4096).contains(sizes.hidden), (1...64).contains(sizes.steps ?? 1),
      (1...64).contains(sizes.couplings ?? 1)
    else { throw file.unreadable("its sizes are out of range") }
  }

  func rows() throws -> [VerificationRow] {
    if sizes.couplings != nil { return try couplingRows() }
    if sizes.steps != nil { return try autoregressiveRows() }
    return try singleRows()
  }

  private var shape: Shape { [sizes.batch, sizes.inputs] }

  private func flowed(_ steps: [any FlowStep]) -> Flowed {
    Flowed(StandardNormal(in: run.graph, shape: shape), steps)
  }

  /// u of x, with log |det| of the way from x to u.
  private func codes(_ steps: [any FlowStep], _ x: Tensor) -> FlowResult {
    steps.reversed().reduce(
      FlowResult(x, logDeterminant: run.graph.scalar(0).broadcast(to: [sizes.batch]))
    ) { found, step in
      let result = step.inverse(found.value)
      return FlowResult(
        result.value, logDeterminant: found.logDeterminant - result.logDeterminant)
    }
  }

  private func items(_ steps: [any FlowStep]) throws -> Tensor {
    steps.reduce(try run.constant("u_given", shape: shape)) { $1.forward($0).value }
  }

  /// A Gaussian masked autoencoder, `PREFIXjoiner…`, `PREFIXtrunk…`, and rows for its masks.
  private func autoregressive(
    _ prefix: String
  ) throws -> (step: MaskedAutoregressiveStep, masks: [VerificationRow]) {
    let set = MaskSet.inTurn(size: sizes.inputs, hidden: [sizes.hidden, sizes.hidden])
    let masks = set.masks(heads: 2)
    let names = ["joiner", "trunk.1", "trunk.3"].map { prefix + $0 }
    let widths = [sizes.inputs, sizes.hidden, sizes.hidden, 2 * sizes.inputs]
    let layers = try names.enumerated().map { index, name in
      MaskedLayer(
        try run.linear("\(name).linear", inputs: widths[index], outputs: widths[index + 1]),
        masks: LayerMasks(masks[index]), activation: index == 2 ? .none : .relu)
    }
    return (
      MaskedAutoregressiveStep(
        MaskedNetwork(layers: layers, heads: 2, size: sizes.inputs, sets: [set])),
      zip(names, masks).map { run.equal("buffer.\($0).mask", $1) }
    )
  }

  private func singleRows() throws -> [VerificationRow] {
    let x = try run.constant("x", shape: shape)
    let (step, masks) = try autoregressive("")
    let density = flowed([step]).logDensity(of: x)
    let codes = codes([step], x)
    return try masks
      + run.rows(
        values: [("nll", -density.mean())],
        outputs: [
          ("u", codes.value), ("log_det", codes.logDeterminant), ("log_prob", density),
          ("x_from_u", items([step])),
        ])
  }

  /// Module 3k is the network, 3k + 1 batch normalisation, 3k + 2 the reversal, on the way from x to u.
  private func autoregressiveRows() throws -> [VerificationRow] {
    let made = try (0..<(sizes.steps ?? 0)).map { try autoregressive("\(3 * $0).") }
    return try made.flatMap(\.masks)
      + trainedRows { statistics in
        try made.indices.reversed().flatMap { index -> [any FlowStep] in
          [Reversal(), try normalization(3 * index + 1, statistics), made[index].step]
        }
      }
  }

  /// Module 2k is the coupling, 2k + 1 batch normalisation, on the way from x to u.
  private func couplingRows() throws -> [VerificationRow] {
    let count = sizes.couplings ?? 0
    let widths = [sizes.inputs, sizes.hidden, sizes.hidden, sizes.inputs]
    func network(_ name: String) throws -> [Linear] {
      try (0..<3).map {
        try run.linear("\(name).\(2 * $0)", inputs: widths[$0], outputs: widths[$0 + 1])
      }
    }
    let couplings = try (0..<count).map { index in
      let mask = try run.structure("mask.\(index)")
      guard mask.count == sizes.inputs, mask.elements.allSatisfy({ $0 == 0 || $0 == 1 }) else {
        throw run.file.unreadable("mask.\(index) is not \(sizes.inputs) times 0 or 1")
      }
      return CouplingStep(
        mask: mask.elements, scale: try network("\(2 * index).scale_net"),
        shift: try network("\(2 * index).translate_net"))
    }
    return try trainedRows { statistics in
      try couplings.indices.reversed().flatMap { index -> [any FlowStep] in
        [try normalization(2 * index + 1, statistics), InverseStep(couplings[index])]
      }
    }
  }

  private func normalization(
    _ module: Int, _ statistics: NormalizationStatistics
  ) throws -> NormalizationStep {
    for part in ["log_gamma", "beta"] {
      _ = try run.parameter("\(module).\(part)", shape: [sizes.inputs])
    }
    for part in ["running_mean", "running_var"] {
      try run.setStatistic("\(module).\(part)", shape: [sizes.inputs])
    }
    return NormalizationStep(name: "\(module)", size: sizes.inputs, statistics: statistics)
  }

  /// With the running averages, and with those of the batch.
  private func trainedRows(
    _ steps: (NormalizationStatistics) throws -> [any FlowStep]
  ) throws -> [VerificationRow] {
    let x = try run.constant("x", shape: shape)
    let running = try steps(.running)
    let training = try steps(.batch(StatisticUpdates()))
    let (density, trained) = (
      flowed(running).logDensity(of: x), flowed(training).logDensity(of: x)
    )
    let codes = codes(running, x)
    var outputs = [
      ("eval.u", codes.value), ("eval.log_det", codes.logDeterminant),
      ("eval.log_prob", density), ("eval.x_from_u", try items(running)),
      ("train.log_prob", trained),
    ]
    if run.file.array("out.train.u") != nil {
      outputs.append(("train.u", self.codes(training, x).value))
    }
    return try run.rows(
      values: [("nll_eval", -density.mean()), ("nll_train", -trained.mean())], outputs: outputs)
  }
}
