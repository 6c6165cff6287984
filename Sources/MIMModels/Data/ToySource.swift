import MIMTensor

extension DataSource {
  /// `load toy "4"`: points drawn from a mixture with known density.
  static let toy = DataSource(
    name: "toy",
    summary: "points from a mixture of Gaussians with known P(x): \"4\", \"-4\" or letters",
    options: ["dim", "n", "seed"],
    argument: "the mixture: N (a ring of N and one in the centre), -N (the ring only), or letters",
    drawnCount: toyPoints,
    load: { request in
      let density = try toyDensity(request)
      let count = try toyCount(request.options)
      let names = (0..<density.componentCount).map(String.init)
      func split(_ role: DataSplit.Role) -> DataSplit {
        var random = RandomStream(seed: request.options.seed, stream: "toy.\(role.rawValue)")
        let (points, labels) = density.sample(count, using: &random)
        return DataSplit(role: role, items: points, labels: labels, classNames: names)
      }
      return Dataset(
        name: "toy \"\(request.argument ?? "4")\"", train: split(.train), val: split(.val),
        test: split(.test), valueKind: .real, density: density)
    },
    probe: { request in
      let density = try toyDensity(request)
      let count = try toyCount(request.options)
      return DataProbe(
        itemShape: [density.dimension], valueKind: .real,
        counts: .init(train: count, val: count, test: count), isLabelled: true,
        classCount: density.componentCount)
    })

  /// 78 batches of 128, the points on which the authors' statistics are.
  private static let toyPoints = DrawnCount(usual: 9_984, meaning: "points in each split")

  private static func toyDensity(_ request: DataRequest) throws -> MixtureDensity {
    try MixtureDensity.toy(request.argument ?? "4", dimension: request.options.dimension ?? 2)
  }

  private static func toyCount(_ options: DataOptions) throws -> Int {
    let count = toyPoints.asked(options)
    guard (1...10_000_000).contains(count),
      count <= 1_000_000_000 / max(1, options.dimension ?? 2)
    else {
      throw DataError.badOption(
        option: "n", value: "\(count)",
        rule: "draw 1 to 10,000,000 points, at most 10⁹ values in all")
    }
    return count
  }
}
