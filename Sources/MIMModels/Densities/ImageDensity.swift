import MIMTensor

/// N(0, I) through a flow of images, as a density of items: u = f⁻¹(x) are the codes. Grey images are dequantised in each step.
struct ImageDensity: DataDensity {
  /// The values of an item.
  let size: Int
  let parameters: [ParameterDeclaration]
  let layers: [LayerDescription]
  /// How grey values become numbers; nil for items that are real numbers.
  let bytes: ByteValues?
  /// Whether arrays take their first values from data.
  let startsFromData: Bool
  /// The flow, on rows.
  let flow: @Sendable (NormalizationStatistics) -> MultiScaleFlow

  func distribution(
    in graph: Graph, batch: Int, statistics: NormalizationStatistics
  ) -> any Distribution {
    let numbers = Flowed(StandardNormal(in: graph, shape: [batch, size]), [flow(statistics)])
    guard let bytes else { return numbers }
    return DequantisedBytes(
      base: numbers, values: bytes,
      noise: .fresh(in: graph, prefix: "", share: statistics.collective.share))
  }

  var hasCodes: Bool { true }

  var isBound: Bool { bytes != nil }

  var drawsInOnePass: Bool { true }

  /// Grey values are taken in the middle of their byte.
  func codes(of x: Tensor) -> Tensor {
    guard let bytes else { return flow(.running).inverse(x).value }
    let middle = x.graph.scalar(0.5).broadcast(to: x.shape)
    return flow(.running).inverse(bytes.real(bytes.dequantised(x, noise: middle)).value).value
  }

  func items(
    of codes: HostArray<Float>, _ parameters: [String: HostArray<Float>], seed: UInt64, threads: Int
  ) throws -> HostArray<Float> {
    let program = try BatchedProgram(
      width: size, batch: min(max(1, codes.rowCount), ModelSpecification.imageBatch),
      store: ParameterStore(parameters), seed: seed, threads: threads
    ) { rows in
      let made = flow(.running).forward(rows).value
      return [bytes?.grey(made) ?? made]
    }
    return program.run(codes)[0]
  }
}

extension ModelSpecification {
  /// The items as images for `flow`, both sides of which it halves so often; throws where they aren't, and where they have no
  /// density.
  func requireSqueezable(_ levels: Int, _ flow: String) throws -> ImageSize {
    guard let image = ImageSize(itemDimensions) else {
      throw ModelError.unusableOption(
        name: FlowSlot.option, value: flow,
        reason: "it needs images, but the items are vectors of \(itemSize) values; "
          + "use flow=realnvp(8) or flow=maf(5)")
    }
    try require(
      valueKind != .binary, FlowSlot.option, flow,
      "values of 0 and 1 have no density; load grey images, or use flow=made(hidden=500)")
    let most = min(image.height.trailingZeroBitCount, image.width.trailingZeroBitCount)
    try require(
      most > 0 || levels == 0, FlowSlot.option, flow,
      "it halves both sides of images, and \(image.height)×\(image.width) has an odd one; "
        + "use flow=realnvp(8) or flow=maf(5)")
    try require(
      levels <= most, FlowSlot.option, flow,
      "\(image.height)×\(image.width) can be halved \(most == 1 ? "once" : "\(most) times"), not \(levels) times; use at most that many"
    )
    return image
  }
}
