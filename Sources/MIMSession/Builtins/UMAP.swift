import MIMAnalysis
import MIMScript
import MIMTensor

extension HostFunction {
  /// `e = umap z neighbors=15 min_dist=0.1 seed=0`.
  static let umap = HostFunction(
    "umap", group: .measure, summary: "embed points in one to three dimensions (UMAP)",
    positional: [
      pointsToEmbed
    ],
    options: [
      Parameter(
        "neighbors", .integer(2...10_000), default: .number(15),
        "size of a point's neighbourhood, the point itself counted"),
      Parameter(
        "min_dist", .number(0...1000), default: .number(0.1),
        "distance in the embedding up to which points count as the same place"),
      Parameter(
        "spread", .number(0.01...1000), default: .number(1),
        "how far similarity reaches beyond min_dist"),
      Parameter(
        "metric",
        .word([
          WordSpec("euclidean", "square root of the sum of squares"),
          WordSpec("cosine", "1 − cosine of the angle"),
          WordSpec("max", "the largest coordinate difference"),
        ]), default: .string("euclidean"), "the distance between points"),
      Parameter(
        "epochs", .integer(1...1_000_000),
        defaultText: "500 for up to 10,000 points, 200 for more", "passes over the points"),
      Parameter(
        "init",
        .any(of: [
          .word([
            WordSpec("spectral", "eigenvectors of the neighbour graph; pca where it is in parts"),
            WordSpec("pca", "the first principal components"), WordSpec("random", "uniform draws"),
          ]), .object(["embedding"]),
        ]), default: .string("spectral"), "the initial positions, which may be an embedding"),
      Parameter("dims", .integer(1...3), default: .number(2), "dimensions of the embedding"),
      framesOption("epoch"),
    ],
    result: "an embedding: points with the labels of the data",
    resultType: "embedding",
    details: [
      "Neighbours are exact. Ctrl-C keeps the embedding so far. Bits depend on the seed, not on the",
      "threads. UMAP has no divergence to show; evaluate e POINTS measures what was kept.",
    ],
    example: "e = umap take(z, 300) epochs=50 seed=0",
    seeAlso: ["tsne", "transform", "evaluate", "plot"],
    isRandom: true,
    infer: { call in
      call.embedding(of: 0, width: call.options["dims"] == nil ? 2 : call.known("dims")?.asInteger)
    }
  ) { call in
    let input = try call.labelledPoints(at: 0)
    let options = try umapOptions(call)
    let frames = EmbeddingFrames(every: call.integer("frames"))
    let result = try call.located(at: call.given.contains("neighbors") ? "neighbors" : "#0") {
      try call.endingEarly {
        try MIMAnalysis.umap(
          input.points, initial: initialEmbedding(call), options: options,
          observer: umapObserver(call, keeping: frames, of: input))
      }
    }
    var embedding = EmbeddingObject(
      points: result.embedding, labels: input.labels, classNames: input.classNames,
      source: input.name,
      method: .umap(
        epochs: result.epochs, settings: settings(result), isComplete: result.isComplete),
      embedded: EmbeddingObject.Embedded(points: input.points, by: .umap(result.options)),
      subjects: input.embeddedItems)
    embedding.frames = frames.ending(with: embedding)
    finish(result, call)
    guard result.isComplete else { throw call.interrupted(partial: .object(embedding)) }
    return .object(embedding)
  }

  private static func umapOptions(_ call: HostCall) throws -> UMAPOptions {
    var options = UMAPOptions()
    options.neighbors = call.integer("neighbors") ?? options.neighbors
    options.minimumDistance = call.number("min_dist") ?? options.minimumDistance
    options.spread = call.number("spread") ?? options.spread
    guard options.minimumDistance <= options.spread else {
      throw ScriptError(
        "E220", "`min_dist=` must not be larger than `spread=`, which is \(options.spread.text())",
        at: call.span(of: call.given.contains("min_dist") ? "min_dist" : "spread"),
        notes: ["try: a smaller min_dist, or spread=\(options.minimumDistance.text())"])
    }
    options.metric = call.text("metric").flatMap(UMAPMetric.init(rawValue:)) ?? .euclidean
    options.epochs = call.integer("epochs")
    options.initialization =
      call.text("init").flatMap(UMAPInitialization.init(rawValue:)) ?? .spectral
    options.dimensions = call.integer("dims") ?? options.dimensions
    options.seed = call.seed
    options.threads = try call.threads
    return options
  }

  /// The map that `init=` gives.
  static func initialEmbedding(_ call: HostCall) -> HostArray<Float>? {
    guard case .object(let object as EmbeddingObject)? = call.option("init") else { return nil }
    return object.points
  }

  /// The same, keeping embeddings on the way.
  private static func umapObserver(
    _ call: HostCall, keeping frames: EmbeddingFrames, of input: LabelledPoints
  ) -> UMAPObserver {
    var observer = umapObserver(call)
    observer.wantsFrame = { frames.wants($0) }
    observer.onFrame = { points, epochs in
      frames.append(
        EmbeddingObject(
          points: points, labels: input.labels, classNames: input.classNames, source: input.name,
          method: .umap(epochs: epochs, settings: "on the way", isComplete: false)))
    }
    return observer
  }

  /// Reports the epochs and listens for Ctrl-C.
  static func umapObserver(_ call: HostCall) -> UMAPObserver {
    let host = call.host
    let title = call.title
    return UMAPObserver(
      onStage: { stage in
        host.progress(ProgressUpdate(title: title, done: 0, total: 1, detail: stage))
      },
      onEpoch: { done, epochs in
        // The last one is reported with the result.
        guard done % 10 == 0, done < epochs else { return }
        host.progress(
          ProgressUpdate(
            title: title, done: Double(done), total: Double(epochs),
            detail: "epoch \(done)/\(epochs)"))
      },
      shouldStop: { host.isInterrupted })
  }

  /// Ends the progress of a run.
  static func finish(_ result: UMAPResult, _ call: HostCall) {
    call.host.progress(
      ProgressUpdate(
        title: call.title, done: Double(result.epochs),
        total: Double(result.options.epochs ?? result.epochs), detail: "\(result.epochs) epochs",
        isFinished: true))
  }

  private static func settings(_ result: UMAPResult) -> String {
    let options = result.options
    return "neighbors \(options.neighbors), min_dist \(options.minimumDistance.text()), "
      + (options.spread == 1 ? "" : "spread \(options.spread.text()), ")
      + (options.metric == .euclidean ? "" : "\(options.metric.rawValue) distance, ")
      + "start \(result.start), seed \(options.seed)"
  }
}
