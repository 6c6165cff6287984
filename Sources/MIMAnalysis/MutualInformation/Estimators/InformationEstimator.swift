import MIMTensor

/// A way of estimating mutual information from rows: a line of `InformationEstimator.table`.
public struct InformationEstimator: Sendable {
  /// A number that the user may set.
  public struct Setting: Sendable {
    /// Its name: `k`.
    public let name: String
    /// Its value when it is left out.
    public let usual: Double
    /// What it may be.
    public let allowed: ClosedRange<Double>
    /// Whether it must be whole.
    public let isWhole: Bool
    /// One line for help.
    public let summary: String

    /// A setting with its range and usual value.
    package init(
      _ name: String, usual: Double, in allowed: ClosedRange<Double>, isWhole: Bool = true,
      _ summary: String
    ) {
      self.name = name
      self.usual = usual
      self.allowed = allowed
      self.isWhole = isWhole
      self.summary = summary
    }
  }

  /// Which variables it is made for.
  public enum Kind: Sendable {
    /// Densities: every row differs from the others.
    case densities
    /// One variable with a density, one of classes.
    case classesAndDensity
    /// Anything, mixtures of both too.
    case anything
  }

  /// The word: `ksg`.
  public let name: String
  /// One line for help, with the source.
  public let summary: String
  /// What may be set.
  public let settings: [Setting]
  /// Which variables it is made for.
  public let kind: Kind
  /// Whether x and y may be conditioned on a third variable.
  public var takesCondition = false
  /// How much longer it takes than one nearest-neighbour estimate: less of it is repeated.
  public var relativeCost = 1
  /// Whether the value is a share of the entropy of classes.
  public var hasShare = true
  /// Whether it trains a network, and so takes long: its error is its own, and curve and null are only found if asked for.
  public var isTrained = false
  /// Whether a value far below zero means something, as one far above it does.
  public var isSigned = false
  /// The estimate with each row's part.
  let estimate: @Sendable (InformationSample, EstimatorValues) throws -> InformationTerms

  package init(
    name: String, summary: String, settings: [Setting], kind: Kind, takesCondition: Bool = false,
    relativeCost: Int = 1, hasShare: Bool = true, isTrained: Bool = false,
    estimate: @escaping @Sendable (InformationSample, EstimatorValues) throws -> InformationTerms
  ) {
    self.name = name
    self.summary = summary
    self.settings = settings
    self.kind = kind
    self.takesCondition = takesCondition
    self.relativeCost = relativeCost
    self.hasShare = hasShare
    self.isTrained = isTrained
    self.estimate = estimate
  }

  /// Every estimator of two variables; a new one is a file and one line here.
  public static let table: [InformationEstimator] = [
    .ksg, .entropies, .discreteContinuous, .mixture, .gaussian, .binned, .sliced, .nonUniform,
  ]

  /// Every estimator with a condition.
  public static let conditionalTable: [InformationEstimator] = [
    .conditional, .conditionalMixture, .conditionalGaussian, .conditionalCounts,
  ]

  /// Every estimator of the information among several variables.
  public static let jointTable: [InformationEstimator] = [.totalCorrelation, .jointGaussian]

  /// Every estimator of the interaction of three variables, the third as condition.
  public static let interactionTable: [InformationEstimator] = [
    .interaction, .interactionMixture, .interactionGaussian, .interactionCounts,
  ]

  /// The usual choice for variables of these kinds: nearest neighbours for coordinates, their mixture form where more than
  /// 5 % of the rows of a variable repeat; Ross's form for classes beside coordinates, counts for classes alone.
  public static func usual(for sample: InformationSample) -> InformationEstimator {
    let areClasses = sample.variables.allSatisfy { $0.classes != nil }
    let haveTies = sample.variables.contains { $0.classes == nil && $0.repeatedShare > mostTies }
    if sample.condition != nil {
      let isMixed = haveTies || sample.variables.contains { $0.classes != nil }
      return areClasses ? .conditionalCounts : isMixed ? .conditionalMixture : .conditional
    }
    return usual(
      areClasses: [sample.x, sample.y].map { $0.classes != nil },
      haveTies: haveTies)
  }

  /// The same of a pair; `haveTies` tells whether more than `mostTies` of one's rows repeat. Ties, which real tables are full of, have no
  /// density.
  static func usual(areClasses: [Bool], haveTies: Bool) -> InformationEstimator {
    switch areClasses.count(where: { $0 }) {
    case 2: .binned
    case 1: .discreteContinuous
    default: haveTies ? .mixture : .ksg
    }
  }

  /// The share of repeated rows above which there is no density.
  static let mostTies = 0.05
}

/// The settings of one estimate.
package struct EstimatorValues: Sendable {
  var numbers: [String: Double]
  package var seed: UInt64
  package var threads: Int?
  /// Told of the share done of a long estimate, 0 to 1; false asks it to stop.
  package var onStep: @Sendable (Double) -> Bool = { _ in true }

  package func number(_ name: String, _ usual: Double) -> Double { numbers[name] ?? usual }
  package func integer(_ name: String, _ usual: Int) -> Int {
    numbers[name].flatMap { Int(exactly: $0) } ?? usual
  }
}

/// What an estimator finds: a value with what is needed to judge it.
package struct InformationTerms: Sendable {
  /// Nats.
  var value: Double
  /// Each row's part, whose mean is the value; nil where it isn't made of such parts.
  var local: [Double]?
  /// The most that so many rows can show, in nats; nil where nothing binds.
  var ceiling: Double?
  /// What it is, with its settings: `KSG-1, k = 5`.
  var method: String
  /// What speaks against the value.
  package var warnings: [String] = []
  /// The estimator's own standard error in nats; nil: it is found by blocks.
  package var standardError: Double?

  init(local: [Double], ceiling: Double? = nil, method: String) {
    value = local.reduce(0, +) / Double(max(1, local.count))
    self.local = local
    self.ceiling = ceiling
    self.method = method
  }

  package init(value: Double, ceiling: Double? = nil, method: String) {
    self.value = value
    self.ceiling = ceiling
    self.method = method
  }
}
