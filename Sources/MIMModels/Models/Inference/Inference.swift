import MIMTensor

/// Encoding, decoding and reconstructing: every one builds its plan once and runs any number of
/// items through it.
extension Model {
  /// Encodes items `[n, …itemShape]`: posterior means, scales and one seeded draw each.
  /// The i-th draw depends on `seed` and i only. `labels` are the items' classes, for models that see these. Throws for items of another
  /// width, and where such a model gets none.
  public func encode(
    _ items: HostArray<Float>, labels: [Int32]? = nil, seed: UInt64 = 0, threads: Int = 1
  ) throws -> Encoding {
    try specification.requireWidth(of: items)
    if let density = specification.dataDensity {
      return try codes(of: items, by: density, seed: seed, threads: threads)
    }
    let network = specification.network()
    var drawsForMoments: Int?
    let program = try BatchedProgram(
      network, width: specification.rowWidth, batch: specification.inferenceBatch,
      store: store(), seed: seed, threads: threads
    ) { x, shared in
      let posterior = network.posterior(of: x, sharing: shared)
      let noise = NoiseSource.fresh(in: x.graph, prefix: "encode.")
      let draw = posterior.draw(from: noise, stream: NoiseStream.posterior)
      let moments = posterior.moments(from: noise, stream: NoiseStream.posterior)
      drawsForMoments = moments.draws
      return [draw.value, moments.mean, moments.standardDeviation]
    }
    let outputs = program.run(try specification.rows(items, labels: labels))
    return Encoding(
      draws: outputs[0], means: outputs[1], scales: outputs[2], drawsForMoments: drawsForMoments)
  }

  /// Decodes codes `[n, latent]`. An autoregressive decoder draws pixel by pixel; its means are then
  /// those of each pixel given the earlier ones of the draw. Throws for codes of another width.
  public func decode(
    _ codes: HostArray<Float>, seed: UInt64 = 0, threads: Int = 1
  ) throws -> Decoding {
    try requireDecoder()
    let size = specification.latentSize
    guard codes.shape.rank == 2, codes.shape[1] == size else {
      throw ModelError.otherLatentSize(
        expected: size, found: codes.shape.dimensions.dropFirst().reduce(1, *))
    }
    if let density = specification.dataDensity {
      return try self.items(of: codes, by: density, seed: seed, threads: threads)
    }
    let network = specification.network()
    let store = try self.store()
    if network.isAutoregressive {
      let draws = try pixelDraws(codes, store: store, seed: seed, threads: threads)
      let means = try conditionals(codes, at: draws, store: store, seed: seed, threads: threads)
      return decoding(codes, means: means.means, draws: draws)
    }
    let program = try BatchedProgram(
      width: size, batch: specification.inferenceBatch, store: store, seed: seed,
      threads: threads
    ) { z in
      let likelihood = network.likelihood(of: z)
      let noise = NoiseSource.fresh(in: z.graph, prefix: "decode.")
      let draw = likelihood.draw(from: noise, stream: NoiseStream.likelihood)
      return [likelihood.moments(from: noise, stream: NoiseStream.likelihood).mean, draw.value]
    }
    let outputs = program.run(codes)
    return decoding(codes, means: outputs[0], draws: outputs[1])
  }

  /// Encodes and decodes items: x̂ ~ p(x|z) with z ~ q(z|x). An autoregressive decoder draws pixel by
  /// pixel given z alone, so that what the code doesn't hold is seen to be missing, or by `condition` given something of the item, too. Throws
  /// for items of another width, and for a condition that other decoders have no place for.
  public func reconstruct(
    _ items: HostArray<Float>, labels: [Int32]? = nil, condition: ItemCondition = .none,
    seed: UInt64 = 0, threads: Int = 1
  ) throws -> Decoding {
    try requireDecoder()
    let known = try specification.knownPixels(of: items, condition)
    let codes = try encode(items, labels: labels, seed: seed, threads: threads).draws
    guard condition != .none else { return try decode(codes, seed: seed, threads: threads) }
    let store = try self.store()
    let seen =
      try known.map {
        try pixelDraws(codes, known: $0, store: store, seed: seed, threads: threads)
      } ?? items.reshaped(to: [items.rowCount, items.rowSize])
    let made = try conditionals(codes, at: seen, store: store, seed: seed, threads: threads)
    return decoding(codes, means: made.means, draws: known == nil ? made.draws : seen)
  }

  /// The pseudo-inputs u_k of the prior as items `[K, …itemShape]`. Throws for another prior.
  public func pseudoInputs() throws -> HostArray<Float> {
    guard let items = specification.pseudoInputs?.items(parameters) else {
      throw ModelError.unusableRequest(
        reason: "only prior=vampprior(K) has pseudo-inputs, but this model has "
          + "prior=\(specification.prior)")
    }
    return items.reshaped(to: Shape([items.rowCount] + specification.itemDimensions))
  }

  /// Throws for an encoder alone.
  func requireDecoder() throws {
    guard specification.encodesAlone else { return }
    throw ModelError.unusableRequest(
      reason: "kind `\(specification.objective.word)` is an encoder alone, so nothing can be "
        + "decoded, drawn or reconstructed; use kind vae or mim for that, and encode, probe, tsne, "
        + "or evaluate with knn, nmi and mi here")
  }

  private func decoding(
    _ codes: HostArray<Float>, means: HostArray<Float>, draws: HostArray<Float>
  ) -> Decoding {
    let shape = Shape([codes.rowCount] + specification.itemDimensions)
    return Decoding(
      codes: codes, means: means.reshaped(to: shape), draws: draws.reshaped(to: shape))
  }

  /// x ~ p(x|z), pixel by pixel, `[n, item]`.
  private func pixelDraws(
    _ codes: HostArray<Float>, known: KnownPixels? = nil, store: ParameterStore, seed: UInt64,
    threads: Int
  ) throws -> HostArray<Float> {
    var random = RandomStream(seed: seed, stream: "decode.pixels")
    let shape: Shape = [codes.rowCount, specification.itemSize]
    let uniforms = HostArray((0..<shape.count).map { _ in Float(random.uniform()) }, shape: shape)
    let sampler = try specification.pixelSampler(
      store: store, batch: min(codes.rowCount, specification.inferenceBatch), threads: threads)
    return try sampler.sample(codes: codes, uniforms: uniforms, known: known)
  }

  /// The mean of, and a draw from, p(x_i | x_<i, z) for every pixel of given items, `[n, item]`.
  private func conditionals(
    _ codes: HostArray<Float>, at items: HostArray<Float>, store: ParameterStore, seed: UInt64,
    threads: Int
  ) throws -> (means: HostArray<Float>, draws: HostArray<Float>) {
    let (latent, item) = (specification.latentSize, specification.itemSize)
    let network = specification.network()
    let program = try BatchedProgram(
      width: latent + item, batch: specification.inferenceBatch, store: store, seed: seed,
      threads: threads
    ) { rows in
      let likelihood = network.likelihood(
        of: rows.slice(axis: 1, range: 0..<latent),
        observing: rows.slice(axis: 1, range: latent..<latent + item))
      let noise = NoiseSource.fresh(in: rows.graph, prefix: "decode.")
      return [
        likelihood.moments(from: noise, stream: NoiseStream.likelihood).mean,
        likelihood.draw(from: noise, stream: NoiseStream.likelihood).value,
      ]
    }
    let rows = (0..<codes.rowCount).flatMap { codes.row($0) + items.row($0) }
    let outputs = program.run(HostArray(rows, shape: [codes.rowCount, latent + item]))
    return (outputs[0], outputs[1])
  }
}
