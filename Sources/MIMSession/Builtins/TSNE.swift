import MIMAnalysis
import MIMScript
import MIMTensor

extension HostFunction {
  /// `e = tsne z perplexity=30 iters=1000 init=pca seed=0`.
  static let tsne = HostFunction(
    "tsne", group: .measure, summary: "embed points in one to three dimensions (t-SNE)",
    positional: [
      pointsToEmbed
    ],
    options: [
      Parameter(
        "perplexity", .list(.number(1...10_000)), default: .number(30),
        "effective number of neighbours; several, as in [30, 300], keep more of the whole"),
      Parameter(
        "iters", .integer(1...1_000_000), default: .number(750), "total number of iterations"),
      Parameter(
        "init",
        .any(of: [
          .word([
            WordSpec("pca", "the first principal components"), WordSpec("random", "normal draws"),
          ]), .object(["embedding"]),
        ]), default: .string("pca"), "the initial positions, which may be an embedding"),
      Parameter("dims", .integer(1...3), default: .number(2), "dimensions of the embedding"),
      Parameter(
        "gradient",
        .word([
          WordSpec(
            "auto", "exact up to 500 points, barneshut up to 1000 points or in 3-D, else fft"),
          WordSpec("exact", "every pair of points"),
          WordSpec("barneshut", "a tree; theta= sets the accuracy"),
          WordSpec("fft", "interpolation on a grid, in 1-D and 2-D"),
        ]), default: .string("auto"), "how the repulsive forces are computed"),
      Parameter(
        "theta", .number(0...1), defaultText: "0.5",
        "accuracy of the Barnes–Hut gradient, and selects it; 0: exact"),
      Parameter(
        "dof", .number(0.01...100), default: .number(1),
        "degrees of freedom α in (1 + d²/α)^−α; smaller values give finer clusters"),
      Parameter(
        "exaggeration", .number(1...1000), default: .number(12),
        "factor on the attractive forces in the first 250 iterations"),
      Parameter(
        "late_exaggeration", .number(0.01...1000), default: .number(1),
        "the factor after them; above 1 clusters are more compact"),
      Parameter("lr", .number(1e-6...1e9), defaultText: "n / exaggeration", "step size"),
      framesOption("iteration"),
    ],
    result: "an embedding: points with the labels of the data",
    resultType: "embedding",
    details: [
      "Shows KL(P‖Q) every 50 iterations; Ctrl-C keeps the embedding so far. Bits depend on the seed,",
      "not on the threads. Needs more than 3 × perplexity points. Identical points stay together.",
      "plot e.frames save=\"e.apng\" makes an animation of what frames= kept.",
    ],
    example: "e = tsne take(z, 300) iters=50 seed=0",
    seeAlso: ["umap", "transform", "pca", "plot", "encode"],
    keywords: ["manifold", "reduction"],
    isRandom: true,
    infer: { call in
      call.embedding(of: 0, width: call.options["dims"] == nil ? 2 : call.known("dims")?.asInteger)
    }
  ) { call in
    let input = try call.labelledPoints(at: 0)
    let options = try tsneOptions(call, count: input.points.rowCount)
    let frames = EmbeddingFrames(every: call.integer("frames"))
    let result = try call.tellingOfSplits(0) {
      try call.located(at: "#0") {
        try call.endingEarly {
          try MIMAnalysis.tsne(
            input.points, initial: initialEmbedding(call), options: options,
            observer: observer(call, keeping: frames, of: input))
        }
      }
    }
    var embedding = EmbeddingObject(
      points: result.embedding, labels: input.labels, classNames: input.classNames,
      source: input.name,
      method: .tsne(
        divergence: result.klDivergence, iterations: result.iterations,
        settings: settings(result, call), isComplete: result.isComplete),
      embedded: EmbeddingObject.Embedded(
        points: input.points, by: .tsne(degreesOfFreedom: options.degreesOfFreedom)),
      subjects: input.embeddedItems)
    embedding.frames = frames.ending(with: embedding)
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
    options.perplexities = try perplexities(call)
    options.iterations = call.integer("iters") ?? options.iterations
    options.earlyExaggeration = call.number("exaggeration") ?? options.earlyExaggeration
    // A short run keeps half of its iterations for letting the clusters spread.
    options.earlyExaggerationIterations = min(
      options.earlyExaggerationIterations, options.iterations / 2)
    options.lateExaggeration = call.number("late_exaggeration") ?? options.lateExaggeration
    options.learningRate = call.number("lr")
    options.initialization =
      call.text("init").flatMap(TSNEInitialization.init(rawValue:)) ?? .pca
    options.dimensions = call.integer("dims") ?? options.dimensions
    options.degreesOfFreedom = call.number("dof") ?? options.degreesOfFreedom
    options.gradient = try gradient(call)
    options.seed = call.seed
    options.threads = try call.threads
    return options
  }

  private static func perplexities(_ call: HostCall) throws -> [Double] {
    guard let found = call.option("perplexity")?.asNumbers else {
      return TSNEOptions().perplexities
    }
    guard !found.isEmpty else {
      throw ScriptError(
        "E220", "tsne needs at least one perplexity", at: call.span(of: "perplexity"),
        notes: ["try: perplexity=30, or perplexity=[30, 300]"])
    }
    return found
  }

  /// What is embedded.
  static let pointsToEmbed = MIMScript.Parameter(
    "POINTS", .object(["codes", "items", "decoded items", "embedding", "data set"]),
    "what to embed: codes or items (of a data set, its test split)")

  /// `frames=` of an embedding that is made step by step.
  static func framesOption(_ step: String) -> MIMScript.Parameter {
    Parameter(
      "frames", .optional(.integer(1...1_000_000)), default: Value.none,
      "keep the embedding of every n-th \(step) in e.frames; plot e.frames save=\"e.apng\" moves")
  }

  /// The gradient that `gradient=` and `theta=` name; nil where the number of points decides.
  static func gradient(_ call: HostCall) throws -> TSNEGradient? {
    let theta = call.number("theta")
    let word = call.text("gradient") ?? "auto"
    guard theta == nil || word == "auto" || word == "barneshut" else {
      throw ScriptError(
        "E220", "`theta=` needs gradient=barneshut", at: call.span(of: "theta"),
        notes: ["try: gradient=barneshut, or leave theta out"])
    }
    switch word {
    case "exact": return .exact
    case "fft": return .interpolation
    case "barneshut": return .barnesHut(theta: theta ?? 0.5)
    default: return theta.map { $0 == 0 ? .exact : .barnesHut(theta: $0) }
    }
  }

  /// The same, keeping maps on the way.
  private static func observer(
    _ call: HostCall, keeping frames: EmbeddingFrames, of input: LabelledPoints
  ) -> TSNEObserver {
    var observer = observer(call)
    observer.wantsFrame = { frames.wants($0) }
    observer.onFrame = { frame in
      frames.append(
        EmbeddingObject(
          points: frame.embedding, labels: input.labels, classNames: input.classNames,
          source: input.name,
          method: .tsne(
            divergence: frame.klDivergence, iterations: frame.iteration, settings: "on the way",
            isComplete: false)))
    }
    return observer
  }

  /// Reports every 50th divergence and listens for Ctrl-C.
  static func observer(_ call: HostCall) -> TSNEObserver {
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

  private static func settings(_ result: TSNEResult, _ call: HostCall) -> String {
    let options = result.options
    let begin = initialEmbedding(call) == nil ? options.initialization.rawValue : "given"
    let perplexities = options.perplexities.map { $0.text() }.joined(separator: " and ")
    return "perplexity \(perplexities), start \(begin), "
      + (options.degreesOfFreedom == 1 ? "" : "dof \(options.degreesOfFreedom.text()), ")
      + "exaggeration \(options.earlyExaggeration.text())"
      + (options.lateExaggeration == 1 ? "" : ", then \(options.lateExaggeration.text())")
      + ", \(result.gradient), "
      + "seed \(options.seed)"
  }
}
