import MIMTensor

/// Encoding, decoding and reconstructing: every one builds its plan once and runs any number of
/// items through it.
extension Model {
  /// Encodes items `[n, …itemShape]`: posterior means, scales and one seeded draw each.
  /// The i-th draw depends on `seed` and i only. Throws for items of another width.
  public func encode(
    _ items: HostArray<Float>, seed: UInt64 = 0, threads: Int = 1
  ) throws -> Encoding {
    try specification.requireWidth(of: items)
    let network = specification.network()
    let program = try BatchedProgram(
      width: specification.itemSize, store: ParameterStore(parameters), seed: seed,
      threads: threads
    ) { x in
      let posterior = network.posterior(of: x)
      let draw = posterior.draw(
        from: .fresh(in: x.graph, prefix: "encode."), stream: NoiseStream.posterior)
      return [draw.value, posterior.mean, posterior.standardDeviation]
    }
    let outputs = program.run(items)
    return Encoding(draws: outputs[0], means: outputs[1], scales: outputs[2])
  }

  /// Decodes codes `[n, latent]`. Throws for codes of another width.
  public func decode(
    _ codes: HostArray<Float>, seed: UInt64 = 0, threads: Int = 1
  ) throws -> Decoding {
    let size = specification.latentSize
    guard codes.shape.rank == 2, codes.shape[1] == size else {
      throw ModelError.otherLatentSize(
        expected: size, found: codes.shape.dimensions.dropFirst().reduce(1, *))
    }
    let network = specification.network()
    let program = try BatchedProgram(
      width: size, store: ParameterStore(parameters), seed: seed, threads: threads
    ) { z in
      let likelihood = network.likelihood(of: z)
      let draw = likelihood.draw(
        from: .fresh(in: z.graph, prefix: "decode."), stream: NoiseStream.likelihood)
      return [likelihood.mean, draw.value]
    }
    let outputs = program.run(codes)
    let shape = Shape([codes.rowCount] + specification.itemDimensions)
    return Decoding(
      codes: codes, means: outputs[0].reshaped(to: shape), draws: outputs[1].reshaped(to: shape))
  }

  /// Encodes and decodes items: x̂ ~ p(x|z) with z ~ q(z|x). Throws for items of another width.
  public func reconstruct(
    _ items: HostArray<Float>, seed: UInt64 = 0, threads: Int = 1
  ) throws -> Decoding {
    try decode(encode(items, seed: seed, threads: threads).draws, seed: seed, threads: threads)
  }
}
