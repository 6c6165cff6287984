import MIMTensor

/// What a probe is to predict.
public enum ProbeTarget: Sendable {
  /// A class for each row, 0 to `count` − 1.
  case classes([Int32], count: Int)
  /// A number for each row.
  case numbers([Double])

  /// The number of rows.
  public var count: Int {
    switch self {
    case .classes(let labels, _): labels.count
    case .numbers(let numbers): numbers.count
    }
  }

  func selecting(_ rows: [Int]) -> ProbeTarget {
    switch self {
    case .classes(let labels, let count): .classes(rows.map { labels[$0] }, count: count)
    case .numbers(let numbers): .numbers(rows.map { numbers[$0] })
    }
  }
}

/// One training of a probe: the rows it learns from, and those that it predicts.
public struct ProbeTask: Sendable {
  /// The features to learn from.
  let train: PointTable
  /// What they belong to.
  public let target: ProbeTarget
  /// The features to predict from.
  let test: PointTable
  /// The settings by name.
  public let settings: [String: Double]
  /// For what is drawn at random.
  public let seed: UInt64
  /// The maximum number of threads; nil: one per core.
  public let threads: Int?
  /// Asked now and then by long trainings, which then throw `CancellationError`.
  public let shouldStop: @Sendable () -> Bool

  /// A setting's value.
  public func number(_ name: String, _ usual: Double) -> Double { settings[name] ?? usual }
  /// The features to learn from in single precision, `[n, d]`.
  public var trainingRows: HostArray<Float> { train.inFloats }
  /// The features to predict from in single precision, `[m, d]`.
  public var testRows: HostArray<Float> { test.inFloats }
}

/// What a probe predicts for the rows of a test.
public enum ProbePrediction: Sendable {
  /// p(k | x), row-major `[m, classes]`.
  case probabilities([Double])
  /// A score for each class, row-major `[m, classes]`, which is no probability.
  case scores([Double])
  /// A number for each row.
  case numbers([Double])
}

/// A kind of probe: a line of `ProbeKind.table`.
public struct ProbeKind: Sendable {
  /// A number that the user may set.
  public typealias Setting = InformationEstimator.Setting

  /// The word: `linear`.
  public let name: String
  /// One line for help.
  public let summary: String
  /// What may be set.
  public let settings: [Setting]
  /// What it is, for tables: `logistic, l2 = 1`.
  let method: @Sendable (ProbeTarget, [String: Double]) -> String
  /// Learns and predicts.
  let predict: @Sendable (ProbeTask) throws -> ProbePrediction

  package init(
    name: String, summary: String, settings: [Setting],
    method: @escaping @Sendable (ProbeTarget, [String: Double]) -> String,
    predict: @escaping @Sendable (ProbeTask) throws -> ProbePrediction
  ) {
    self.name = name
    self.summary = summary
    self.settings = settings
    self.method = method
    self.predict = predict
  }

  /// Every kind that needs no network; a new one is a file and one line here.
  public static let table: [ProbeKind] = [.linear, .ridge, .nearestNeighbors]
}

extension PointTable {
  fileprivate var inFloats: HostArray<Float> {
    HostArray(Float.narrowed(values), shape: [rows, dimensions])
  }
}
