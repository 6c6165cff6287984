import MIMAnalysis
import MIMScript
import MIMTensor

extension HostFunction {
  /// `e = tsne z perplexity=30 iters=1000 init=pca seed=0`.
  static let tsne = HostFunction(
    "tsne", group: .measure, summary: "a two-dimensional map of points (t-SNE)",
    positional: [
      Parameter(
        "POINTS", .object(["codes", "items", "decoded items", "embedding", "data set"]),
        "what to map: codes, or items; a data set: its test split")
    ],
    options: [
      Parameter(
        "perplexity", .number(1...10_000), default: .number(30), "effective number of neighbours"),
      Parameter("iters", .integer(1...1_000_000), default: .number(750), "iterations in all"),
      Parameter(
        "init",
        .word([
          WordSpec("pca", "the first two principal components"), WordSpec("random", "normal draws"),
        ]), default: .string("pca"), "where the map starts"),
      Parameter(
        "theta", .number(0...1), defaultText: "0 below 500 points, else 0.5",
        "accuracy of the Barnes–Hut gradient; 0: exact"),
      Parameter(
        "exaggeration", .number(1...1000), default: .number(12),
        "how much more strongly the first 250 iterations attract"),
      Parameter("lr", .number(1e-6...1e9), defaultText: "n / exaggeration", "step size"),
    ],
    result: "an embedding: points with the labels of what they stand for",
    resultType: "embedding",
    details: ["Ctrl-C ends it with the map so far."],
    example: "e = tsne take(z, 300) iters=50 seed=0", seeAlso: ["pca", "plot", "encode"],
    isRandom: true,
    infer: { call in
      .object(
        type: "embedding",
        facts: CodeFacts(
          width: 2,
          isLabelled: call.facts(at: 0, of: ["codes", "items", "data set", "embedding"])?[
            "labelled"]?.asBool
        ).values)
    }
  ) { call in
    let input = try call.labelledPoints(at: 0)
    let options = try tsneOptions(call, count: input.points.rowCount)
    let result = try call.located(at: "#0") {
      try MIMAnalysis.tsne(input.points, options: options, observer: observer(call, input.name))
    }
    let embedding = EmbeddingObject(
      points: result.embedding, labels: input.labels, classNames: input.classNames,
      source: input.name,
      method: .tsne(
        divergence: result.klDivergence, iterations: result.iterations,
        settings: settings(result), isComplete: result.isComplete))
    call.host.progress(
      ProgressUpdate(
        title: call.title, done: Double(result.iterations), total: Double(options.iterations),
        detail: "\(result.iterations) iterations, KL \(result.klDivergence.text()) nats",
        isFinished: true))
    guard result.isComplete else { throw call.interrupted(partial: .object(embedding)) }
    return .object(embedding)
  }

  private static func tsneOptions(_ call: HostCall, count: Int) throws -> TSNEOptions {
    var options = TSNEOptions()
    options.perplexity = call.number("perplexity") ?? options.perplexity
    options.iterations = call.integer("iters") ?? options.iterations
    options.earlyExaggeration = call.number("exaggeration") ?? options.earlyExaggeration
    // A short run keeps half of its iterations for letting the clusters spread.
    options.earlyExaggerationIterations = min(
      options.earlyExaggerationIterations, options.iterations / 2)
    options.learningRate = call.number("lr")
    options.initialization =
      call.text("init").flatMap(TSNEInitialization.init(rawValue:)) ?? .pca
    if let theta = call.number("theta") {
      options.gradient = theta == 0 ? .exact : .barnesHut(theta: theta)
    }
    options.seed = call.seed
    options.threads = try call.threads
    return options
  }

  private static func observer(_ call: HostCall, _ name: String) -> TSNEObserver {
    let host = call.host
    let title = call.title
    return TSNEObserver(
      onReport: { report in
        host.progress(
          ProgressUpdate(
            title: title, done: Double(report.iteration), total: Double(report.iterations),
            detail: "KL \(report.klDivergence.text()) nats"))
      },
      shouldStop: { host.isInterrupted })
  }

  private static func settings(_ result: TSNEResult) -> String {
    let options = result.options
    return "perplexity \(options.perplexity.text()), start \(options.initialization.rawValue), "
      + "exaggeration \(options.earlyExaggeration.text()), \(result.gradient), "
      + "seed \(options.seed)"
  }
}
