import MIMTensor

/// A distribution per item of a batch, over vectors: a value made of symbolic tensors. Whatever
/// a model or an objective needs of a distribution is here; nobody asks for its type.
public protocol Distribution {
  /// What its values are.
  var event: EventKind { get }

  /// The mean, `[batch, event]`; nil where there is no closed form (see `moments`).
  var mean: Tensor? { get }

  /// The standard deviation of each coordinate, `[batch, event]`; nil where there is no closed form.
  var standardDeviation: Tensor? { get }

  /// The log density (probability, if discrete) of `value` `[batch, event]` in nats, `[batch]`,
  /// with all constants.
  func logDensity(of value: Tensor) -> Tensor

  /// The same coordinate by coordinate, `[batch, event]`, where these are independent; else nil.
  func logDensityPerUnit(of value: Tensor) -> Tensor?

  /// Whether a draw takes a pass like a density. Where it takes one for each unit, who wants draws makes them outside a plan
  /// (`PriorDensity.codes`).
  var drawsAtOnce: Bool { get }

  /// One draw per item, reparameterised as far as the family allows.
  func draw(from noise: NoiseSource, stream: String) -> Draw

  /// The entropy in nats, `[batch]`, where it has a closed form.
  var entropy: Tensor? { get }

  /// The tensors that it consists of, one row for an item, from which `rebuilt` makes it again.
  var parts: [Tensor] { get }

  /// The same distribution of other rows, or of the same in another graph: `parts` in their order.
  func rebuilt(from parts: [Tensor]) -> any Distribution

  /// What its family adds to the loss of each item beside the objective, under a name: a codebook's distance, a commitment.
  var extraLosses: [ExtraLoss] { get }

  /// As a prior of choices, through which no gradient reaches the encoder: the name of the loss −log p(z) by which it learns beside the
  /// rest, whatever the objective. Nil for others, of which the objective says what they are for.
  var ownLossName: String? { get }

  /// What a step of training changes beside what gradients move: running means of a codebook. With several ranks, of all their items.
  func statisticUpdates(_ collective: any Collective) -> [Update]

  /// What it is at the codes `value` `[batch, event]`, level by level where codes have levels: the one next to x first. The
  /// log densities of the levels add up to `logDensity`.
  func levels(at value: Tensor) -> [(distribution: any Distribution, value: Tensor)]

  /// The log densities of all pairs in nats, `[n, batch]`: that of each value, `[n, event]`, for each item.
  func logDensitiesOfPairs(_ values: Tensor) -> Tensor
}

/// What the values of a distribution are.
public enum EventKind: Sendable, Hashable {
  /// Real numbers.
  case real
  /// 0 or 1 per value.
  case binary
  /// Real numbers on a grid of so many levels.
  case levels(Int)
  /// One-hot codes of so many classes side by side; relaxed ones lie inside the simplex.
  case categorical(classes: Int)
}

extension Distribution {
  /// Real numbers.
  public var event: EventKind { .real }

  /// True.
  public var drawsAtOnce: Bool { true }

  /// None.
  public var extraLosses: [ExtraLoss] { [] }

  /// Nil.
  public var ownLossName: String? { nil }

  /// None.
  public func statisticUpdates(_ collective: any Collective) -> [Update] { [] }

  /// Nil: units are not independent.
  public func logDensityPerUnit(of value: Tensor) -> Tensor? { nil }

  /// The log density of a draw of this distribution in nats, `[batch]`: what it brought along, or that of its value.
  public func logDensity(of draw: Draw) -> Tensor {
    draw.logDensity ?? logDensity(of: draw.value)
  }

  /// One level.
  public func levels(at value: Tensor) -> [(distribution: any Distribution, value: Tensor)] {
    [(self, value)]
  }

  /// The log density level by level, `[batch]` each.
  public func logDensityPerLevel(of value: Tensor) -> [Tensor] {
    levels(at: value).map { $0.distribution.logDensity(of: $0.value) }
  }

  /// The same with every item `count` times, one after another.
  public func repeatingRows(_ count: Int) -> any Distribution {
    count == 1 ? self : rebuilt(from: parts.map { $0.repeatingRows(count) })
  }

  /// Each value beside each item.
  public func logDensitiesOfPairs(_ values: Tensor) -> Tensor {
    let (pairs, repeated, shape) = allPairs(with: values)
    return pairs.logDensity(of: repeated).reshape([shape[0], shape[1]])
  }

  /// The same coordinate by coordinate, `[n, batch, event]`; nil where these are not independent.
  public func logDensitiesOfPairsPerUnit(_ values: Tensor) -> Tensor? {
    let (pairs, repeated, shape) = allPairs(with: values)
    return pairs.logDensityPerUnit(of: repeated)?.reshape(shape)
  }

  /// Every item beside every value: the distribution and the values of the n·batch pairs, and the shape [n, batch, event].
  private func allPairs(with values: Tensor) -> (any Distribution, Tensor, Shape) {
    let parts = parts
    let (count, batch, event) = (values.shape[0], parts[0].shape[0], values.shape[1])
    let repeated = parts.map { part in
      let row = Array(part.shape.dimensions.dropFirst())
      return part.reshape(Shape([1, batch] + row)).broadcast(to: Shape([count, batch] + row))
        .reshape(Shape([count * batch] + row))
    }
    let shape: Shape = [count, batch, event]
    return (
      rebuilt(from: repeated),
      values.reshape([count, 1, event]).broadcast(to: shape).reshape([count * batch, event]), shape
    )
  }
}

extension Tensor {
  /// Every row `count` times, one after another: `[n, …]` → `[n · count, …]`.
  public func repeatingRows(_ count: Int) -> Tensor {
    guard count > 1 else { return self }
    let row = Array(shape.dimensions.dropFirst())
    return reshape(Shape([shape[0], 1] + row)).broadcast(to: Shape([shape[0], count] + row))
      .reshape(Shape([shape[0] * count] + row))
  }

  /// The sums over `count` rows that are next to each other: `[n · count]` → `[n]`.
  func sumOfRows(_ count: Int) -> Tensor {
    count == 1 ? self : reshape([self.count / count, count]).sum(axes: [1])
  }
}

/// A loss that a component adds for each item.
public struct ExtraLoss {
  /// What it is called.
  public let name: String
  /// In nats, `[batch]`, with its weight.
  public let loss: Tensor

  /// Adds `loss` under that name to the terms of a branch.
  public init(_ name: String, _ loss: Tensor) {
    self.name = name
    self.loss = loss
  }
}

/// Mean and standard deviation of each coordinate, `[batch, event]` each.
public struct Moments {
  /// `[batch, event]`.
  public let mean: Tensor
  /// `[batch, event]`.
  public let standardDeviation: Tensor
  /// By how many draws they were estimated; nil: exact.
  public let draws: Int?

  /// The variance that the mean itself has where it was estimated, `[batch, event]`; nil: none.
  var meanVariance: Tensor? { draws.map { standardDeviation.square() * (1 / Float($0)) } }
}

extension Distribution {
  /// How many draws stand for a closed form that doesn't exist.
  private static var drawsForMoments: Int { 64 }

  /// The moments in closed form, or estimated by draws from streams whose names begin with `stream`.
  public func moments(from noise: NoiseSource, stream: String) -> Moments {
    if let mean, let standardDeviation {
      return Moments(mean: mean, standardDeviation: standardDeviation, draws: nil)
    }
    let count = Self.drawsForMoments
    let draws = (0..<count).map { draw(from: noise, stream: "\(stream).moments.\($0)").value }
    let mean = draws.dropFirst().reduce(draws[0], +) * (1 / Float(count))
    let squares = draws.map { ($0 - mean).square() }
    let variance = squares.dropFirst().reduce(squares[0], +) * (1 / Float(count - 1))
    return Moments(mean: mean, standardDeviation: variance.sqrt(), draws: count)
  }
}

/// A draw, `value` `[batch, event]`, and what is known of it beside.
public struct Draw {
  /// `[batch, event]`.
  public let value: Tensor
  /// log p of the discrete choices in the draw, `[batch]`, when there are any: the gradient of an
  /// expectation under them needs the score-function term (see `ScoreFunction`).
  public let logProbabilityOfChoice: Tensor?
  /// The log density of the draw in nats, `[batch]`, where a family knows it for less than that of a given value, as a flow does,
  /// or knows only this one.
  public let logDensity: Tensor?
  /// What each channel of codes on a map has of that density, given the channels and places before it, `[batch, channels]`; nil where codes
  /// have no places. Channel c has the units c, c + channels, …
  public let logDensityPerChannel: Tensor?

  /// A draw with what is known of it.
  public init(
    _ value: Tensor, logProbabilityOfChoice: Tensor? = nil, logDensity: Tensor? = nil,
    logDensityPerChannel: Tensor? = nil
  ) {
    self.value = value
    self.logProbabilityOfChoice = logProbabilityOfChoice
    self.logDensity = logDensity
    self.logDensityPerChannel = logDensityPerChannel
  }

  /// A draw of a discrete family: the choices that it consists of are the whole of its density.
  public init(discrete value: Tensor, logProbability: Tensor) {
    self.init(value, logProbabilityOfChoice: logProbability, logDensity: logProbability)
  }
}

/// Where draws take their randomness from: the engine's noise nodes, or given numbers when a
/// reference is compared with. Streams are named after what they drive.
public struct NoiseSource {
  /// N(0, 1) of a shape, for a stream.
  public var normal: (Shape, String) -> Tensor
  /// Uniform on (0, 1) of a shape, for a stream.
  public var uniform: (Shape, String) -> Tensor
  /// So many whole numbers below a bound, each equally likely, for a stream.
  public var indices: (_ count: Int, _ bound: Int, String) -> Tensor

  /// Fresh noise in every step, from streams whose names begin with `prefix`.
  /// With a `share`, everything drawn has a row per item, and is what the whole batch would give these rows.
  package static func fresh(
    in graph: Graph, prefix: String, share: BatchShare = .whole
  ) -> NoiseSource {
    NoiseSource(
      normal: { graph.normalNoise(shape: $0, stream: prefix + $1, share: share) },
      uniform: { graph.uniformNoise(shape: $0, stream: prefix + $1, share: share) },
      indices: { graph.randomIndices(count: $0, below: $1, stream: prefix + $2, share: share) })
  }

  /// Normal noise taken from `given` by stream, the rest fresh.
  public static func given(_ given: [String: Tensor], in graph: Graph) -> NoiseSource {
    let fresh = fresh(in: graph, prefix: "")
    return NoiseSource(
      normal: { given[$1] ?? fresh.normal($0, $1) }, uniform: fresh.uniform,
      indices: fresh.indices)
  }
}
