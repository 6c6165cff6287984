import MIMTensor

/// Encoding, decoding and sampling of densities of items alone.
extension Model {
  /// Throws where items have no codes under a density.
  private func requireCodes(_ density: any DataDensity) throws {
    guard density.hasCodes else {
      throw ModelError.unusableRequest(
        reason: "flow=\(specification.flow?.word ?? "") has no codes u ~ N(0, I) of items; "
          + "use flow=maf(5) or flow=realnvp(5), or `sample`")
    }
  }

  /// u = f⁻¹(x) of items `[n, …]`.
  func codes(
    of items: HostArray<Float>, by density: any DataDensity, seed: UInt64, threads: Int
  ) throws -> Encoding {
    try requireCodes(density)
    try specification.requireFeasibleDensity()
    let program = try BatchedProgram(
      width: specification.itemSize, batch: specification.inferenceBatch, store: store(),
      seed: seed, threads: threads
    ) { [density.codes(of: $0)] }
    let codes = program.run(items)[0]
    let zeros = HostArray<Float>(repeating: 0, shape: codes.shape)
    return Encoding(draws: codes, means: codes, scales: zeros, drawsForMoments: nil)
  }

  /// x = f(u) of codes `[n, D]`.
  func items(
    of codes: HostArray<Float>, by density: any DataDensity, seed: UInt64, threads: Int
  ) throws -> Decoding {
    try requireCodes(density)
    return try made(from: codes, by: density, seed: seed, threads: threads)
  }

  /// Items of codes, or where there are none, as many items.
  func made(
    from codes: HostArray<Float>, by density: any DataDensity, seed: UInt64, threads: Int
  ) throws -> Decoding {
    let items = try density.items(of: codes, parameters, seed: seed, threads: threads)
      .reshaped(to: Shape([codes.rowCount] + specification.itemDimensions))
    return Decoding(codes: codes, means: items, draws: items)
  }
}
