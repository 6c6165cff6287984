import MIMAnalysis
import MIMModels
import MIMScript
import MIMTensor

extension HostFunction {
  /// `compare sample(m, 1000) toy.test mmd prdc(k=5)`.
  static let compare = HostFunction(
    "compare", group: .measure, summary: "measure how samples differ from data",
    positional: [
      Parameter("SAMPLES", HostCall.variableTypes, "samples, items, codes, columns, a .npy file"),
      Parameter("DATA", HostCall.variableTypes, "the data, with as many columns"),
      Parameter(
        "MEASURE", .word(ComparisonMeasure.table.map(\.word)), repeats: true, isOptional: true,
        "what to measure; by default knn_test, mmd, prdc"),
    ],
    options: [
      Parameter(
        "features", .object(["model"]),
        "compare the posterior means of this model instead of the values themselves"),
      Parameter(
        "n", .integer(2...Int(Int32.max)), defaultText: "5000; mmd: 1000",
        "use at most n random rows of each"),
    ],
    result: "the measures; c.mmd, c.mmd_p, c.precision, c.recall … are the values",
    resultType: "evaluation",
    details: [
      "Distances are Euclidean, of the values that models see (scaled ones with scale=). p-values come from",
      "random orders of the rows: a small one says that samples and data differ. frechet is the squared",
      "Fréchet distance of normal distributions with the moments of both; it is named by its features, and",
      "grows where rows are few.",
      "predictive: statistics of the data, and how often sets of as many samples go as far (posterior or prior predictive",
      "checks: compare reconstructions, or sample(m, n)). c.ppc_mean, c.ppc_skew … are two-sided p-values.",
      "Of samples, draws x ~ p(x|z) are compared; of gray pictures the means.",
    ],
    example: "c = compare sample(m, 500) toy.test", seeAlso: ["sample", "evaluate"],
    keywords: ["significance", "ttest", "test", "pvalue", "p_value"],
    isRandom: true
  ) { call in
    let given = call.positional.dropFirst(2).compactMap(\.asWord)
    let words = given.isEmpty ? ["knn_test", "mmd", "prdc"].map { WordCall($0) } : given
    return .object(try Comparison(call).result(words))
  }
}

/// A measure of `compare`; a new one is one line in `table`.
struct ComparisonMeasure: Sendable {
  let word: WordSpec
  let measure: @Sendable (Comparison, WordCall) throws -> [EvaluationObject.Measure]

  static let table: [ComparisonMeasure] = [
    .nearestNeighborTest, .discrepancy, .manifolds, .frechet, .predictive,
  ]

  /// The one-nearest-neighbour test.
  static let nearestNeighborTest = ComparisonMeasure(
    word: WordSpec(
      "knn_test", parameters: [ordersParameter(999)],
      "share of rows whose nearest other row is of their own set, with p (Lopez-Paz & Oquab 2017)")
  ) { run, word in
    let (samples, data) = run.rows(at: 5_000)
    let found = try MIMAnalysis.nearestNeighborTest(
      samples, data, permutations: word.value("orders", at: 0)?.asInteger ?? 999,
      seed: run.call.seed, threads: run.call.threads)
    let method =
      "1-NN test in \(run.space); same distribution: \(found.expected.text(3))"
    return run.measures("knn_test", found, method)
  }

  /// The maximum mean discrepancy.
  static let discrepancy = ComparisonMeasure(
    word: WordSpec(
      "mmd",
      parameters: [
        ordersParameter(199),
        Parameter(
          "bandwidth", .number(1e-12...1e12), defaultText: "the median distance",
          "σ of exp(−‖x−y‖²/2σ²)"),
      ], "squared maximum mean discrepancy, unbiased, with p (Gretton et al. 2012)")
  ) { run, word in
    let (samples, data) = run.rows(at: 1_000)
    let host = run.call.host
    let (found, bandwidth) = try maximumMeanDiscrepancy(
      samples, data, bandwidth: word.value("bandwidth", at: 1)?.asNumber,
      permutations: word.value("orders", at: 0)?.asInteger ?? 199, seed: run.call.seed,
      threads: run.call.threads, shouldStop: { host.isInterrupted })
    return run.measures("mmd", found, "MMD² in \(run.space), σ = \(bandwidth.text(4))")
  }

  /// Precision, recall, density and coverage.
  static let manifolds = ComparisonMeasure(
    word: WordSpec(
      "prdc",
      parameters: [Parameter("k", .integer(1...100_000), default: .number(5), "neighbours")],
      "precision, recall (Kynkäänniemi et al. 2019), density, coverage (Naeem et al. 2020)")
  ) { run, word in
    let k = word.value("k", at: 0)?.asInteger ?? 5
    let (samples, data) = run.rows(at: 5_000)
    let found = try manifoldScores(samples: samples, data: data, k: k, threads: run.call.threads)
    let method = "k = \(k) in \(run.space)"
    func share(_ name: String, _ value: Double, of count: Int, _ text: String)
      -> EvaluationObject.Measure
    {
      EvaluationObject.Measure(
        name, value, standardError: (value * (1 - value) / Double(count)).squareRoot(),
        count: count, method: "\(text), \(method)")
    }
    return [
      share("precision", found.precision, of: samples.rowCount, "samples in balls of the data"),
      share("recall", found.recall, of: data.rowCount, "data in balls of the samples"),
      EvaluationObject.Measure(
        "density", found.density, count: samples.rowCount,
        method: "balls of the data around a sample / k, \(method)"),
      share("coverage", found.coverage, of: data.rowCount, "balls of the data with a sample"),
    ]
  }

  /// The Fréchet distance.
  static let frechet = ComparisonMeasure(
    word: WordSpec(
      "frechet", "squared Fréchet distance of normals with both means and covariances")
  ) { run, _ in
    let (samples, data) = run.rows(at: 50_000)
    let value = try frechetDistance(samples, data, threads: run.call.threads)
    return [
      EvaluationObject.Measure(
        "frechet", value, count: min(samples.rowCount, data.rowCount),
        method: "squared, in \(run.space)")
    ]
  }

  /// Predictive checks.
  static let predictive = ComparisonMeasure(
    word: WordSpec(
      "predictive",
      parameters: [
        Parameter(
          "sets", .integer(99...100_000), default: .number(999), "predictive sets behind p")
      ],
      "statistics of the data beside those of sets from the samples, with p (Gelman et al. 1996)")
  ) { run, word in
    let (samples, data) = run.rows(at: 5_000)
    let checks = try predictiveChecks(
      samples: samples, data: data, sets: word.value("sets", at: 0)?.asInteger ?? 999,
      seed: run.call.seed)
    return checks.map { check in
      EvaluationObject.Measure(
        "ppc_\(check.name)", check.pValue, count: data.rowCount,
        method: "data \(check.observed.text(3)), sets \(check.mean.text(3)) ± "
          + "\(check.deviation.text(2)); two-sided p of the \(check.summary)")
    }
  }

  private static func ordersParameter(_ usual: Int) -> MIMScript.Parameter {
    Parameter(
      "orders", .integer(9...1_000_000), default: .number(Double(usual)),
      "random orders behind p")
  }
}

/// One `compare` statement at work.
final class Comparison {
  let call: HostCall
  /// What the rows are: `2 values`, `posterior means of m`.
  let space: String
  private let samples: HostArray<Double>
  private let data: HostArray<Double>

  init(_ call: HostCall) throws {
    self.call = call
    if let model: ModelObject = call.option("features")?.asObject() {
      samples = try call.features(at: 0, by: model)
      data = try call.features(at: 1, by: model)
      space = "posterior means of \(call.span(of: "features").text.featureName)"
    } else {
      samples = try call.numbers(at: 0)
      data = try call.numbers(at: 1)
      space = "\(samples.rowSize) value\(samples.rowSize == 1 ? "" : "s")"
    }
    guard samples.rowSize == data.rowSize else {
      throw ScriptError(
        "E302",
        "`\(call.text(at: 0))` has \(samples.rowSize) columns, but `\(call.text(at: 1))` has "
          + "\(data.rowSize)", at: call.span(at: 0),
        notes: ["compare needs two sets of rows of the same kind"])
    }
  }

  /// At most `n=` random rows of both, or so many without it.
  func rows(at usual: Int) -> (samples: HostArray<Double>, data: HostArray<Double>) {
    let limit = call.integer("n") ?? usual
    func chosen(_ all: HostArray<Double>, _ stream: String) -> HostArray<Double> {
      guard all.rowCount > limit else { return all }
      var random = RandomStream(seed: call.seed, stream: stream)
      return all.rows(Array(random.shuffled(all.rowCount).prefix(limit)))
    }
    return (chosen(samples, "rows of samples"), chosen(data, "rows of data"))
  }

  func result(_ words: [WordCall]) throws -> EvaluationObject {
    var measures: [EvaluationObject.Measure] = []
    for (place, word) in words.enumerated() {
      try call.checkInterruption()
      guard let found = ComparisonMeasure.table.first(where: { $0.word.name == word.name }) else {
        throw ScriptError("E104", "there is no measure `\(word.name)`", at: word.span ?? call.span)
      }
      if samples.rowCount > 500 {
        call.host.progress(
          ProgressUpdate(
            title: call.title, done: Double(place), total: Double(words.count), detail: word.name))
      }
      do {
        measures += try call.located(at: "#\(place + 2)") {
          do { return try found.measure(self, word) } catch is CancellationError {
            throw call.interrupted(partial: nil)
          }
        }
      }
    }
    var seen: Set<String> = []
    return EvaluationObject(
      measures: measures.filter { seen.insert($0.name).inserted }, notes: [],
      subject: "\(call.text(at: 0)), \(samples.rowCount) rows, against \(call.text(at: 1)), "
        + "\(data.rowCount) rows, in \(space)")
  }

  /// A test's statistic and p-value as two measures.
  func measures(
    _ name: String, _ found: TwoSampleTest, _ method: String
  ) -> [EvaluationObject.Measure] {
    let count = found.counts.reduce(0, +)
    return [
      EvaluationObject.Measure(name, found.value, count: count, method: method),
      EvaluationObject.Measure(
        "\(name)_p", found.pValue, count: count, method: "random orders of the rows"),
    ]
  }
}

extension HostCall {
  /// The numbers at a position, `[n, d]`.
  fileprivate func numbers(at index: Int) throws -> HostArray<Double> {
    if let decoded: DecodedObject = object(index) { return decoded.compared.flattened.inDoubles }
    let read = try variable(at: index, isClasses: false).variable
    return HostArray(read.values, shape: [read.count, read.dimensions])
  }

  /// The posterior means of items or samples by a model.
  fileprivate func features(at index: Int, by model: ModelObject) throws -> HostArray<Double> {
    let values: HostArray<Float>
    if let decoded: DecodedObject = object(index) {
      values = decoded.compared.flattened
    } else {
      let items = try self.items(at: index)
      values = try fit(
        items, to: model, at: span(at: index), modelAt: span(of: "features")
      ).items(seed: seed)
    }
    return try located(at: "#\(index)") {
      try model.model.encode(values, seed: seed, threads: threads).means.flattened.inDoubles
    }
  }
}

extension String {
  /// What stands behind `features=`.
  fileprivate var featureName: String {
    split(separator: "=", maxSplits: 1).last.map(String.init) ?? self
  }
}
