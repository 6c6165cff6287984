import Foundation
import MIMAnalysis
import MIMModels
import MIMTensor

/// Estimators and probes at the sizes in which people use them. The peers, Tests/Benchmarks/peers/measures.py, make
/// the same points.
enum MeasureBench {
  static let all = [ross, informationTable, logistic, mine]

  /// Ross's form of 20 columns and 10 classes.
  private static let ross = Benchmark(
    name: "ross-20-60000-10",
    purpose: "information of 60,000 rows of 20 columns and 10 classes, both cores"
  ) {
    let (rows, width, classes) = (60_000, 20, 10)
    let noise = BenchPoints.draws(rows * width, first: 0)
    let centres = BenchPoints.draws(classes * width, first: UInt64(rows * width))
    let values = noise.indices.map { place in
      noise[place] + centres[place / width % classes * width + place % width]
    }
    let sample = try InformationSample(
      try InformationVariable(points: HostArray(values, shape: [rows, width]), name: "x"),
      try InformationVariable(classes: (0..<rows).map { Int32($0 % classes) }, name: "y"))
    guard let estimator = InformationEstimator.table.first(where: { $0.name == "ross" }) else {
      throw BenchError.missing("ross")
    }
    var options = InformationOptions()
    options.hasCurve = false
    options.hasStandardError = false
    options.permutations = 0
    options.standardises = false
    let fixed = options
    return try measured(runs: 2) {
      try measureInformation(sample, by: estimator, options: fixed)?.value ?? .nan
    }
  }

  /// All pairs of 50 columns.
  private static let informationTable = Benchmark(
    name: "mi-table-50-5000", purpose: "all pairs of 50 columns of 5,000 rows, both cores"
  ) {
    let (rows, width) = (5_000, 50)
    let noise = BenchPoints.draws(rows * width, first: 0)
    let variables = try (0..<width).map { column in
      let own = (0..<rows).map { row -> Double in
        let place = row * width + column
        return column == 0 ? noise[place] : 0.6 * noise[place] + 0.8 * noise[place - 1]
      }
      return try InformationVariable(
        points: HostArray(own, shape: [rows, 1]), name: "x\(column + 1)")
    }
    return try measured(runs: 3) {
      let found = try informationMatrix(of: variables, threads: nil)
      return (0..<width).reduce(0.0) { sum, row in
        (0..<row).reduce(sum) { $0 + found.values[row * width + $1] }
      }
    }
  }

  /// Logistic regression at its optimum.
  private static let logistic = Benchmark(
    name: "logistic-80-60000-10",
    purpose: "logistic regression of 60,000 rows of 80 columns, 10 classes, both cores"
  ) {
    let (rows, width, classes) = (60_000, 80, 10)
    let noise = BenchPoints.draws(rows * width, first: 0)
    let centres = BenchPoints.draws(classes * width, first: UInt64(rows * width))
    let values = noise.indices.map { place -> Double in
      let (row, column) = (place / width, place % width)
      return noise[place] + (column > 0 ? 0.8 * noise[place - 1] : 0)
        + 0.2 * centres[row % classes * width + column]
    }
    let points = HostArray(values, shape: [rows, width])
    let labels = (0..<rows).map { Int32($0 % classes) }
    return try measured(runs: 4) {
      try LogisticRegression(points, labels: labels, l2: 1).loss
    }
  }

  /// MINE, 2,000 steps.
  private static let mine = Benchmark(
    name: "mine-10-10-5000",
    purpose: "MINE of 5,000 rows of 10 + 10 columns, 2,000 steps, both cores"
  ) {
    let (rows, width) = (5_000, 10)
    let x = BenchPoints.draws(rows * width, first: 0)
    let noise = BenchPoints.draws(rows * width, first: UInt64(rows * width))
    let z = zip(x, noise).map { Float(0.6 * $0 + 0.8 * $1) }
    let shape = Shape([rows, width])
    var options = NeuralEstimatorOptions()
    options.threads = ProcessInfo.processInfo.activeProcessorCount
    let fixed = options
    let first = HostArray(x.map { Float($0) }, shape: shape)
    let second = HostArray(z, shape: shape)
    var measurement = try measured(runs: 4) {
      try neuralMutualInformation(first, second, by: .mine, options: fixed)?.value ?? .nan
    }
    // The weights start from other numbers than the peer's, so there is no value to compare.
    measurement = Measurement(
      seconds: measurement.seconds, threads: measurement.threads,
      computed: ["information": measurement.computed["value"] ?? .nan])
    return measurement
  }

  private static func measured(
    runs: Int, _ body: () throws -> Double
  ) throws -> Measurement {
    var seconds: [Double] = []
    var value = Double.nan
    for run in 0..<runs {
      let begin = ContinuousClock.now
      value = try body()
      // The first run warms caches and memory.
      if run > 0 || runs == 1 { seconds.append(begin.secondsSince) }
    }
    return Measurement(
      seconds: seconds, threads: ProcessInfo.processInfo.activeProcessorCount,
      computed: ["value": value])
  }
}

/// What a benchmark can't find.
private enum BenchError: Error {
  case missing(String)
}
