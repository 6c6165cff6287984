import MIMModels
import MIMScript
import MIMTensor

/// Latent codes of items, with the items' labels: what `encode` gives.
public struct CodesObject: FieldedObject {
  /// The codes that verbs use, `[n, latent]`: draws or means.
  public let values: HostArray<Float>
  /// The posterior means, `[n, latent]`.
  public let means: HostArray<Float>
  /// The posterior standard deviations, `[n, latent]`.
  public let scales: HostArray<Float>
  /// One class number per code; nil for unlabelled items.
  public let labels: [Int32]?
  /// The names of the classes.
  public let classNames: [String]?
  /// What was encoded: `mnist.test`.
  let source: String
  /// Whether `values` are draws or means.
  let areDraws: Bool
  /// The statement that made them.
  let provenance: Provenance
  /// The items that were encoded, where they are at hand: for their pictures.
  var items: ItemsObject?

  /// The latent size.
  public var width: Int { values.rowSize }
  /// The number of codes.
  public var count: Int { values.rowCount }

  /// The codes at `indices`, with their labels.
  func selecting(_ indices: [Int]) -> CodesObject {
    CodesObject(
      values: values.rows(indices), means: means.rows(indices), scales: scales.rows(indices),
      labels: labels.map { labels in indices.map { labels[$0] } }, classNames: classNames,
      source: source, areDraws: areDraws, provenance: provenance,
      items: items.map { $0.replacing($0.split.selecting(indices)) })
  }

  /// Its type in help and errors.
  public static let typeName = "codes"
  /// What stands behind its dot.
  public static let fields: [ObjectField<CodesObject>] = [
    ObjectField("labels", "the items' class numbers") { .numbers($0.labels) },
    ObjectField("n", "the number of codes") { .number(Double($0.count)) },
    ObjectField("z", "the latent size", infer: { .known(fact: "z", of: $0) }) {
      .number(Double($0.width))
    },
    ObjectField(
      "means", "the posterior means", infer: { .object(type: "codes", facts: $0) }
    ) { .object($0.posteriorMeans) },
    ObjectField("classes", "the names of the classes") { .texts($0.classNames) },
  ]

  private var posteriorMeans: CodesObject {
    CodesObject(
      values: means, means: means, scales: scales, labels: labels, classNames: classNames,
      source: source, areDraws: false, provenance: provenance, items: items)
  }

  /// What `show` prints.
  public func summary(width: Int) -> [String] {
    [
      "\(count) codes of \(source), \(self.width)-dimensional, "
        + (areDraws ? "one draw z ~ q(z|x) per item" : "posterior means")
        + (labels == nil ? ", unlabelled" : ", labelled")
    ]
  }

  /// What `run.json` holds of it.
  public var json: JSON {
    .object([
      ("type", .string(typeName)), ("source", .string(source)), ("n", .number(Double(count))),
      ("z", .number(Double(width))), ("codes", .string(areDraws ? "draw" : "mean")),
      ("labelled", .bool(labels != nil)),
    ])
  }

  /// The columns that pictures and tables may name.
  public var columnNames: [String]? { (1...max(1, min(width, 99))).map { "z\($0)" } + ["label"] }
  /// What checks know of it before the run.
  public var facts: [String: Value] { CodeFacts(width: width, isLabelled: labels != nil).values }
}
