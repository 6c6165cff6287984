import MIMAnalysis
import MIMScript
import MIMTensor

extension HostFunction {
  /// `f = transform e new_points`.
  static let transform = HostFunction(
    "transform", group: .measure, summary: "place new points in an existing embedding",
    positional: [
      Parameter("EMBEDDING", .object(["embedding"]), "a result of `tsne` or `umap`"),
      Parameter(
        "POINTS", .object(["codes", "items", "decoded items", "embedding", "data set"]),
        "new points of the same kind (of a data set, its test split)"),
    ],
    options: [
      Parameter(
        "perplexity", .number(1...10_000), default: .number(5),
        "t-SNE: effective number of embedded neighbours"),
      Parameter(
        "iters", .integer(1...1_000_000),
        defaultText: "250; UMAP: 100 for up to 10,000 new points, 30 for more",
        "iterations, or epochs"),
      Parameter(
        "exaggeration", .number(1...1000), default: .number(1.5),
        "t-SNE: factor on the attractive forces"),
      Parameter("lr", .number(1e-6...1e9), default: .number(0.1), "t-SNE: step size"),
      tsneOption("gradient"), tsneOption("theta"),
    ].compactMap { $0 },
    result: "an embedding with the new points and their labels", resultType: "embedding",
    details: [
      "The embedded points do not move, and new points do not affect each other. Each starts at the",
      "median of its neighbours (UMAP: their weighted mean). UMAP's own options are those of the",
      "embedding. Ctrl-C stops and keeps the positions so far.",
    ],
    example: "f = transform(tsne(take(z, 300), iters=50, seed=0), take(z, 20), iters=20)",
    seeAlso: ["tsne", "umap", "plot"],
    isRandom: true,
    infer: { call in
      call.embedding(of: 1, width: call.codes(at: 0).width)
    }
  ) { call in
    guard let embedding: EmbeddingObject = call.object(0) else {
      throw ScriptError("E201", "`transform` needs an embedding", at: call.span(at: 0))
    }
    guard let embedded = embedding.embedded else {
      throw ScriptError(
        "E201", "`\(call.text(at: 0))` was not made by tsne or umap, so it cannot take new points",
        at: call.span(at: 0), notes: ["try: e = tsne POINTS; transform e NEW_POINTS"])
    }
    let input = try call.labelledPoints(at: 1)
    switch embedded.by {
    case .tsne(let freedom):
      return try placed(input, in: embedding, embedded.points, freedom: freedom, call)
    case .umap(let options):
      return try placed(input, in: embedding, embedded.points, options, call)
    }
  }

  /// New points in a t-SNE embedding.
  private static func placed(
    _ input: LabelledPoints, in embedding: EmbeddingObject, _ reference: HostArray<Float>,
    freedom: Double, _ call: HostCall
  ) throws -> Value {
    let options = try transformOptions(call, freedom)
    let result = try call.located(at: "#1") {
      try tsneTransform(
        input.points, into: embedding.points, of: reference, options: options,
        observer: observer(call))
    }
    let placed = EmbeddingObject(
      points: result.embedding, labels: input.labels, classNames: input.classNames,
      source: input.name,
      method: .transform(
        name: "t-SNE", divergence: result.klDivergence, iterations: result.iterations,
        settings: "perplexity \(options.perplexity.text()), exaggeration "
          + "\(options.exaggeration.text()), \(result.gradient), \(embedding.count) embedded points",
        isComplete: result.isComplete), subjects: input.embeddedItems)
    call.host.progress(
      ProgressUpdate(
        title: call.title, done: Double(result.iterations), total: Double(options.iterations),
        detail: "\(result.iterations) iterations, mean KL \(result.klDivergence.text()) nats",
        isFinished: true))
    guard result.isComplete else { throw call.interrupted(partial: .object(placed)) }
    return .object(placed)
  }

  /// New points in a UMAP embedding.
  private static func placed(
    _ input: LabelledPoints, in embedding: EmbeddingObject, _ reference: HostArray<Float>,
    _ made: UMAPOptions, _ call: HostCall
  ) throws -> Value {
    let ofTSNE = ["perplexity", "exaggeration", "lr", "gradient", "theta"]
    if let option = ofTSNE.first(where: call.given.contains) {
      throw ScriptError(
        "E220", "`\(option)=` is an option of t-SNE, but `\(call.text(at: 0))` was made by umap",
        at: call.span(of: option), notes: ["try: transform e NEW_POINTS iters=100"])
    }
    var options = made
    options.epochs = call.integer("iters")
    options.seed = call.seed
    options.threads = try call.threads
    let result = try call.located(at: "#1") {
      try umapTransform(
        input.points, into: embedding.points, of: reference, options: options,
        observer: umapObserver(call))
    }
    let placed = EmbeddingObject(
      points: result.embedding, labels: input.labels, classNames: input.classNames,
      source: input.name,
      method: .transform(
        name: "UMAP", divergence: nil, iterations: result.epochs,
        settings: "\(embedding.count) embedded points, seed \(options.seed)",
        isComplete: result.isComplete), subjects: input.embeddedItems)
    finish(result, call)
    guard result.isComplete else { throw call.interrupted(partial: .object(placed)) }
    return .object(placed)
  }

  private static func tsneOption(_ name: String) -> MIMScript.Parameter? {
    tsne.options.first { $0.name == name }
  }

  private static func transformOptions(
    _ call: HostCall, _ freedom: Double
  ) throws -> TSNETransformOptions {
    var options = TSNETransformOptions()
    options.perplexity = call.number("perplexity") ?? options.perplexity
    options.iterations = call.integer("iters") ?? options.iterations
    options.exaggeration = call.number("exaggeration") ?? options.exaggeration
    options.learningRate = call.number("lr") ?? options.learningRate
    options.degreesOfFreedom = freedom
    options.gradient = try gradient(call)
    options.threads = try call.threads
    return options
  }
}
