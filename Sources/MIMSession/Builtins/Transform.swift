import MIMAnalysis
import MIMScript
import MIMTensor

extension HostFunction {
  /// `f = transform e new_points`.
  static let transform = HostFunction(
    "transform", group: .measure, summary: "place new points in an existing t-SNE embedding",
    positional: [
      Parameter("EMBEDDING", .object(["embedding"]), "a result of `tsne`"),
      Parameter(
        "POINTS", .object(["codes", "items", "decoded items", "embedding", "data set"]),
        "new points of the same kind (of a data set, its test split)"),
    ],
    options: [
      Parameter(
        "perplexity", .number(1...10_000), default: .number(5),
        "effective number of embedded neighbours"),
      Parameter("iters", .integer(1...1_000_000), default: .number(250), "iterations"),
      Parameter(
        "exaggeration", .number(1...1000), default: .number(1.5),
        "factor on the attractive forces"),
      Parameter("lr", .number(1e-6...1e9), default: .number(0.1), "step size"),
      tsneOption("gradient"), tsneOption("theta"),
    ].compactMap { $0 },
    result: "an embedding with the new points and their labels", resultType: "embedding",
    details: [
      "The embedded points do not move. Each new point starts at the median of its neighbours, and",
      "new points do not affect each other. Ctrl-C stops and keeps the positions so far.",
    ],
    example: "f = transform(tsne(take(z, 300), iters=50, seed=0), take(z, 20), iters=20)",
    seeAlso: ["tsne", "plot"],
    infer: { call in
      call.embedding(of: 1, width: call.codes(at: 0).width)
    }
  ) { call in
    guard let embedding: EmbeddingObject = call.object(0) else {
      throw ScriptError("E201", "`transform` needs an embedding", at: call.span(at: 0))
    }
    guard let embedded = embedding.embedded else {
      throw ScriptError(
        "E201", "`\(call.text(at: 0))` was not made by tsne, so it cannot take new points",
        at: call.span(at: 0), notes: ["try: e = tsne POINTS; transform e NEW_POINTS"])
    }
    let input = try call.labelledPoints(at: 1)
    let options = try transformOptions(call, embedded)
    let result = try call.located(at: "#1") {
      try tsneTransform(
        input.points, into: embedding.points, of: embedded.points, options: options,
        observer: observer(call))
    }
    let placed = EmbeddingObject(
      points: result.embedding, labels: input.labels, classNames: input.classNames,
      source: input.name,
      method: .transform(
        divergence: result.klDivergence, iterations: result.iterations,
        settings: "perplexity \(options.perplexity.text()), exaggeration "
          + "\(options.exaggeration.text()), \(result.gradient), \(embedding.count) embedded points",
        isComplete: result.isComplete))
    call.host.progress(
      ProgressUpdate(
        title: call.title, done: Double(result.iterations), total: Double(options.iterations),
        detail: "\(result.iterations) iterations, mean KL \(result.klDivergence.text()) nats",
        isFinished: true))
    guard result.isComplete else { throw call.interrupted(partial: .object(placed)) }
    return .object(placed)
  }

  private static func tsneOption(_ name: String) -> MIMScript.Parameter? {
    tsne.options.first { $0.name == name }
  }

  private static func transformOptions(
    _ call: HostCall, _ embedded: EmbeddingObject.Embedded
  ) throws -> TSNETransformOptions {
    var options = TSNETransformOptions()
    options.perplexity = call.number("perplexity") ?? options.perplexity
    options.iterations = call.integer("iters") ?? options.iterations
    options.exaggeration = call.number("exaggeration") ?? options.exaggeration
    options.learningRate = call.number("lr") ?? options.learningRate
    options.degreesOfFreedom = embedded.degreesOfFreedom
    options.gradient = try gradient(call)
    options.threads = try call.threads
    return options
  }
}
