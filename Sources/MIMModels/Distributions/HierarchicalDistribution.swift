import MIMTensor

/// A distribution of codes in levels, [z1, …, zL] side by side: that of the top level zL, and of each lower one given those above
/// it. The encoder q(z2|x) q(z1|x, z2) and the prior p(z2) p(z1|z2) of a two-level model are of this form (Tomczak and Welling 2018,
/// arXiv:1705.07120, equation 12).
public struct HierarchicalDistribution: Distribution {
  /// Of the top level.
  public let top: any Distribution
  /// The sizes of the levels, z1 first.
  public let sizes: [Int]
  /// What the lower levels need beside the codes, one row for an item: features of x.
  public let features: [Tensor]
  /// The distribution of a level, 0 for z1, given the codes of all levels above it, the next one first.
  public let lower: Lower
  /// What `lower` gave, for the next who asks at the same tensors.
  private let given: GivenLevels

  /// The distribution of a level given the codes above it and the features.
  public typealias Lower = (_ level: Int, _ above: [Tensor], _ features: [Tensor]) ->
    any Distribution

  /// Of the top level and what gives each lower one.
  public init(
    top: any Distribution, sizes: [Int], features: [Tensor] = [], lower: @escaping Lower
  ) {
    self.init(top: top, sizes: sizes, features: features, lower: lower, given: GivenLevels())
  }

  private init(
    top: any Distribution, sizes: [Int], features: [Tensor], lower: @escaping Lower,
    given: GivenLevels
  ) {
    self.top = top
    self.sizes = sizes
    self.features = features
    self.lower = lower
    self.given = given
  }

  /// Those of the top level.
  public var extraLosses: [ExtraLoss] { top.extraLosses }

  /// The mean of the top level, and that of each lower one at the means above it.
  public var mean: Tensor? { atMeans(\.mean) }

  /// The standard deviation of the top level, and that of each lower one at the means above it.
  public var standardDeviation: Tensor? { atMeans(\.standardDeviation) }

  /// Σ_l log d(z_l | z_l+1, …).
  public func logDensity(of value: Tensor) -> Tensor {
    let levels = logDensityPerLevel(of: value)
    return levels.dropFirst().reduce(levels[0], +)
  }

  /// Each level given the codes above it.
  public func levels(at value: Tensor) -> [(distribution: any Distribution, value: Tensor)] {
    let codes = value.levels(sizes)
    return codes.indices.map { level in
      (distribution(of: level, above: Array(codes[(level + 1)...])), codes[level])
    }
  }

  /// The top level first, from the stream with its number behind the name, then each level given those above it.
  public func draw(from noise: NoiseSource, stream: String) -> Draw {
    var draws: [Draw] = []
    for level in sizes.indices.reversed() {
      let given = distribution(of: level, above: draws.map(\.value))
      draws.insert(given.draw(from: noise, stream: "\(stream)\(level + 1)"), at: 0)
    }
    let choices = draws.compactMap(\.logProbabilityOfChoice)
    return Draw(
      draws[0].value.graph.concatenate(draws.map(\.value), axis: 1),
      logProbabilityOfChoice: choices.isEmpty ? nil : choices.dropFirst().reduce(choices[0], +))
  }

  /// In closed form; else nil.
  public var entropy: Tensor? { nil }

  /// What it is made of.
  public var parts: [Tensor] { top.parts + features }

  /// The same of other parts.
  public func rebuilt(from parts: [Tensor]) -> any Distribution {
    let count = parts.count - features.count
    return HierarchicalDistribution(
      top: top.rebuilt(from: Array(parts[..<count])), sizes: sizes,
      features: Array(parts[count...]), lower: lower, given: given)
  }

  private func distribution(of level: Int, above: [Tensor]) -> any Distribution {
    if level == sizes.count - 1 { return top }
    return given.distribution(at: above + features, of: level) { lower(level, above, features) }
  }

  /// A moment of every level where all above it are at their means; nil where one has none.
  private func atMeans(_ moment: (any Distribution) -> Tensor?) -> Tensor? {
    var (means, found): ([Tensor], [Tensor]) = ([], [])
    for level in sizes.indices.reversed() {
      let given = distribution(of: level, above: means)
      guard let mean = given.mean, let value = moment(given) else { return nil }
      means.insert(mean, at: 0)
      found.insert(value, at: 0)
    }
    return found[0].graph.concatenate(found, axis: 1)
  }
}

/// The distributions of lower levels by the tensors that they were asked at: a draw and its density share one pass.
private final class GivenLevels {
  private var known: [[Int]: any Distribution] = [:]

  func distribution(
    at tensors: [Tensor], of level: Int, _ make: () -> any Distribution
  ) -> any Distribution {
    let key = [level] + tensors.map(\.id)
    if let found = known[key] { return found }
    let made = make()
    known[key] = made
    return made
  }
}

extension Tensor {
  /// The parts of codes `[batch, Σ sizes]`, level by level.
  public func levels(_ sizes: [Int]) -> [Tensor] {
    var start = 0
    return sizes.map { size in
      defer { start += size }
      return slice(axis: 1, range: start..<start + size)
    }
  }
}
