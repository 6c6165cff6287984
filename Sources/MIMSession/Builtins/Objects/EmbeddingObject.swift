import MIMAnalysis
import MIMScript
import MIMTensor

/// Points in few dimensions that represent items, with the items' labels: what `tsne`, `umap` and
/// `pca` give.
struct EmbeddingObject: FieldedObject, Codable {
  /// The method that made it.
  enum Method: Sendable, Codable {
    /// t-SNE: Kullback–Leibler divergence in nats, iterations done, the settings in words.
    case tsne(divergence: Double, iterations: Int, settings: String, isComplete: Bool)
    /// UMAP: epochs done, the settings in words.
    case umap(epochs: Int, settings: String, isComplete: Bool)
    /// Principal components: the fraction of the variance that each carries.
    case pca(shares: [Double])
    /// New points in an embedding: what it is called, the mean divergence in nats where there is one, iterations or epochs,
    /// the settings in words.
    case transform(
      name: String, divergence: Double?, iterations: Int, settings: String, isComplete: Bool)
  }

  /// What was embedded, for `transform`.
  struct Embedded: Sendable, Codable {
    /// `[n, d]`, rows as those of the embedding.
    let points: HostArray<Float>
    /// What places new points.
    let by: Placement
  }

  /// The items that the points stand for. Embeddings that were kept before there were any lack it, and are made again.
  struct EmbeddedItems: Sendable, Codable {
    var items: HeldItems?
    /// What the column of their labels is called in the table that they come from.
    var labelField: String?
  }

  /// What `transform` needs of the method that made an embedding.
  enum Placement: Sendable, Codable {
    /// α of t-SNE's similarities.
    case tsne(degreesOfFreedom: Double)
    /// UMAP's options.
    case umap(UMAPOptions)
  }

  /// The points, `[n, dimensions]`.
  let points: HostArray<Float>
  /// One class number per point; nil for unlabelled items.
  let labels: [Int32]?
  /// The names of the classes.
  let classNames: [String]?
  /// What was embedded: `codes of mnist.test`.
  let source: String
  /// The method that made it.
  let method: Method
  /// What t-SNE or UMAP embedded; nil where `transform` has nothing to compare new points with.
  var embedded: Embedded?
  /// The embeddings on the way that `frames=` kept, the last one included.
  var frames: [EmbeddingObject] = []
  /// What the points stand for, where a map can show it.
  var subjects = EmbeddedItems()

  /// The number of points.
  var count: Int { points.rowCount }
  /// The number of dimensions.
  var width: Int { points.rowSize }

  /// The points at `indices`, with their labels.
  func selecting(_ indices: [Int]) -> EmbeddingObject {
    EmbeddingObject(
      points: points.rows(indices), labels: labels.map { labels in indices.map { labels[$0] } },
      classNames: classNames, source: source, method: method,
      embedded: embedded.map {
        Embedded(points: $0.points.rows(indices), by: $0.by)
      }, frames: frames.map { $0.selecting(indices) },
      subjects: EmbeddedItems(
        items: subjects.items?.selecting(indices), labelField: subjects.labelField))
  }

  static let typeName = "embedding"
  static let fields: [ObjectField<EmbeddingObject>] = [
    ObjectField("labels", "class numbers") { .numbers($0.labels) },
    ObjectField("n", "the number of points") { .number(Double($0.count)) },
    ObjectField(
      "kl", "the divergence that t-SNE reached, in nats", when: { $0.divergence != nil }
    ) { $0.divergence.map { .number($0) } ?? Value.none },
    ObjectField(
      "iterations", "how many iterations t-SNE, or epochs UMAP, took",
      when: { $0.iterations != nil }
    ) { $0.iterations.map { .number(Double($0)) } ?? Value.none },
    ObjectField(
      "explained", "the share of the variance that each principal component explains",
      when: { $0.explained != nil }
    ) { $0.explained.map { .list($0.map(Value.number)) } ?? Value.none },
    ObjectField("frames", "the embeddings kept on the way", when: { !$0.frames.isEmpty }) {
      .list($0.frames.map(Value.object))
    },
    ObjectField("classes", "the names of the classes") { .texts($0.classNames) },
  ]

  /// How far it had come: `iteration 250`, `epoch 40`; nil where that says nothing.
  var stage: String? {
    switch method {
    case .tsne(_, let iterations, _, _): "iteration \(iterations)"
    case .umap(let epochs, _, _): "epoch \(epochs)"
    case .transform, .pca: nil
    }
  }

  /// Whether all iterations were done; false where it was stopped.
  var isComplete: Bool {
    switch method {
    case .tsne(_, _, _, let isComplete), .umap(_, _, let isComplete),
      .transform(_, _, _, _, let isComplete):
      isComplete
    case .pca: true
    }
  }

  private var divergence: Double? {
    switch method {
    case .tsne(let divergence, _, _, _): divergence
    case .transform(_, let divergence, _, _, _): divergence
    case .pca, .umap: nil
    }
  }

  private var iterations: Int? {
    switch method {
    case .tsne(_, let iterations, _, _), .transform(_, _, let iterations, _, _),
      .umap(let iterations, _, _):
      iterations
    case .pca: nil
    }
  }

  private var explained: [Double]? {
    if case .pca(let shares) = method { shares } else { nil }
  }

  func summary(width: Int) -> [String] {
    switch method {
    case .tsne(let divergence, let iterations, let settings, let isComplete):
      [
        "t-SNE of \(count) \(source): KL \(divergence.text()) nats after \(iterations) iterations"
          + (isComplete ? "" : " (stopped)"), settings,
      ]
    case .umap(let epochs, let settings, let isComplete):
      [
        "UMAP of \(count) \(source), \(epochs) epochs" + (isComplete ? "" : " (stopped)"),
        settings,
      ]
    case .transform(let name, let divergence, let iterations, let settings, let isComplete):
      [
        "\(count) \(source) in an embedding by \(name): "
          + (divergence.map { "mean KL \($0.text()) nats after \(iterations) iterations" }
            ?? "\(iterations) epochs") + (isComplete ? "" : " (stopped)"), settings,
      ]
    case .pca(let shares):
      [
        "\(shares.count) principal components of \(count) \(source)",
        "fraction of the variance: "
          + shares.prefix(10).map { ($0 * 100).text(3) + " %" }.joined(separator: ", ")
          + (shares.count > 10 ? ", …" : "") + "; together "
          + (shares.reduce(0, +) * 100).text(3) + " %",
      ]
    }
  }

  var json: JSON {
    var entries: [(key: String, value: JSON)] = [
      ("type", .string(typeName)), ("source", .string(source)), ("n", .number(Double(count))),
    ]
    switch method {
    case .tsne(let divergence, let iterations, let settings, let isComplete):
      entries += made(by: "t-SNE", divergence, iterations, settings, isComplete)
    case .umap(let epochs, let settings, let isComplete):
      entries += made(by: "UMAP", nil, epochs, settings, isComplete)
    case .transform(let name, let divergence, let iterations, let settings, let isComplete):
      entries += made(by: name, divergence, iterations, settings, isComplete)
    case .pca(let shares):
      entries += [("method", .string("PCA")), ("explained", .array(shares.map(JSON.number)))]
    }
    return .object(entries)
  }

  private func made(
    by name: String, _ divergence: Double?, _ iterations: Int, _ settings: String,
    _ isComplete: Bool
  ) -> [(key: String, value: JSON)] {
    [("method", .string(name))] + (divergence.map { [("kl", .number($0))] } ?? []) + [
      ("iterations", .number(Double(iterations))), ("settings", .string(settings)),
      ("complete", .bool(isComplete)),
    ]
  }

  var columnNames: [String]? {
    let names = (1...max(1, min(width, 99))).map { "y\($0)" } + ["label"]
    return names + [labelField].compactMap { $0 }.filter { !names.contains($0) }
  }
  var labelField: String? { subjects.labelField }
  var facts: [String: Value] { CodeFacts(width: width, isLabelled: labels != nil).values }
}

extension EmbeddingObject: SavedObject {
  var savedContent: SaveContent { .arrays(SavedArrays(self)) }
}
