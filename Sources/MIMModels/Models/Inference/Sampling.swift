import Foundation
import MIMTensor

extension Model {
  /// The largest number of items made at once.
  private static var countLimit: Int { 10_000_000 }

  /// Draws z ~ p(z), then x ~ p(x|z), `count` times. A marginal prior needs `items`, from which
  /// random ones are encoded. `label` is the class of all of them, for models with units for it; without it any class is drawn. A density of
  /// items alone with codes draws these from N(0, T² I) with T = `temperature` (Kingma and Dhariwal 2018, arXiv:1807.03039, section 6.1);
  /// other models have no temperature.
  public func sample(
    _ count: Int, items: HostArray<Float>? = nil, label: String? = nil, temperature: Double = 1,
    seed: UInt64 = 0,
    threads: Int = 1
  ) throws -> Decoding {
    try requireDecoder()
    try requireCount(count)
    let units = try label.map { try labelMeans(of: $0) }
    try requireTemperature(temperature)
    if let density = specification.dataDensity {
      let codes = try priorCodes(count, seed: seed, threads: threads)
      return try made(
        from: temperature == 1
          ? codes
          : HostArray(codes.elements.map { $0 * Float(temperature) }, shape: codes.shape),
        by: density, seed: seed, threads: threads)
    }
    let codes =
      specification.prior.component.hasDensity
      ? try priorCodes(count, seed: seed, threads: threads)
      : try marginalCodes(count, items: items, seed: seed, threads: threads)
    let held = try units.map { try settingLabelUnits(of: codes, to: $0) } ?? codes
    return try decode(held, seed: seed, threads: threads)
  }

  /// Draws `count` codes uniformly from the balls of `radius` around the codes `[n, latent]`, in
  /// turn, and decodes them (NVIDIA MolMIM's sampling around an item).
  public func sample(
    _ count: Int, near codes: HostArray<Float>, radius: Double, seed: UInt64 = 0, threads: Int = 1
  ) throws -> Decoding {
    try requireDecoder()
    try requireCount(count)
    guard radius.isFinite, radius >= 0 else {
      throw ModelError.unusableRequest(
        reason: "radius=\(radius) can't be used: it must be a finite number of at least 0")
    }
    guard codes.rowCount > 0, codes.shape.rank == 2, codes.rowSize == specification.latentSize
    else {
      throw ModelError.otherLatentSize(expected: specification.latentSize, found: codes.rowSize)
    }
    var stream = RandomStream(seed: seed, stream: "sample.near")
    var elements: [Float] = []
    for index in 0..<count {
      let offset = Self.pointInBall(codes.rowSize, radius: radius, using: &stream)
      elements += zip(codes.row(index % codes.rowCount), offset).map { $0 + $1 }
    }
    return try decode(
      HostArray(elements, shape: [count, codes.rowSize]), seed: seed, threads: threads)
  }

  private func priorCodes(_ count: Int, seed: UInt64, threads: Int) throws -> HostArray<Float> {
    if let made = try specification.prior.component.density(for: specification)?
      .codes(count, store: store(), seed: seed, threads: threads)
    {
      return made
    }
    let network = specification.network()
    let program = try BatchedProgram(
      network, width: 1, store: store(), seed: seed, threads: threads
    ) { row, shared in
      let prior = network.prior(in: row.graph, batch: row.shape[0], sharing: shared)
      let noise = NoiseSource.fresh(in: row.graph, prefix: "sample.")
      return [prior?.draw(from: noise, stream: NoiseStream.anchor).value].compactMap { $0 }
    }
    return program.run(HostArray(repeating: 0, shape: [count, 1]))[0]
  }

  private func marginalCodes(
    _ count: Int, items: HostArray<Float>?, seed: UInt64, threads: Int
  ) throws -> HostArray<Float> {
    guard let items, items.rowCount > 0 else {
      throw ModelError.unusableRequest(
        reason: "nothing can be drawn from prior=marginal; give data=, whose codes are used instead"
      )
    }
    try specification.requireWidth(of: items)
    var stream = RandomStream(seed: seed, stream: "sample.items")
    let rows = (0..<count).map { _ in stream.integer(below: items.rowCount) }
    return try encode(items.rows(rows), seed: seed, threads: threads).draws
  }

  private func requireTemperature(_ temperature: Double) throws {
    guard temperature != 1 else { return }
    guard specification.flow != nil, specification.hasCodes else {
      throw ModelError.unusableRequest(
        reason:
          "temperature=\(temperature) scales codes u ~ N(0, I) of kind flow, which this model doesn't have; "
          + "leave it out, or use flow=glow(8) or flow=realnvp(8)")
    }
    guard temperature.isFinite, temperature >= 0 else {
      throw ModelError.unusableRequest(
        reason: "temperature=\(temperature) can't be used: it must be a finite number of at least 0"
      )
    }
  }

  private func requireCount(_ count: Int) throws {
    guard (1...Self.countLimit).contains(count) else {
      throw ModelError.unusableRequest(
        reason: "\(count) samples can't be drawn; give a number from 1 to \(Self.countLimit)")
    }
    // Their codes, means and draws are in memory together.
    let numbers = Double(specification.latentSize) + 2 * Double(specification.itemSize)
    let bytes = numbers * Double(MemoryLayout<Float>.size) * Double(count)
    let limit = Double(DataEnvironment.shareOfMemory)
    guard bytes <= limit else {
      let possible = Int(limit / bytes * Double(count))
      throw ModelError.unusableRequest(
        reason: String(
          format:
            "%d samples of this model would take %.1f GB of memory, and there are %.1f GB for them",
          count, bytes / 1e9, limit / 1e9) + "; draw at most \(possible) at once")
    }
  }

  /// A direction from the normal distribution, and a radius whose power `size` is uniform.
  private static func pointInBall(
    _ size: Int, radius: Double, using stream: inout RandomStream
  ) -> [Float] {
    let direction = (0..<size).map { _ in stream.normal() }
    let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let distance = radius * pow(stream.uniform(), 1 / Double(size))
    return direction.map { Float($0 / max(length, .leastNormalMagnitude) * distance) }
  }
}
