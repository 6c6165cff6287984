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
  var items: HeldItems?
  /// The first units, which hold the class of an item; 0 in codes that have none.
  var labelUnits = 0
  /// What the column of their labels is called in the table that the items come from.
  var labelField: String?

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
      items: items?.selecting(indices), labelUnits: labelUnits, labelField: labelField)
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
    ObjectField(
      "w", "csvae: the units that hold the class",
      infer: { _ in .object(type: "codes", facts: [:]) },
      when: { $0.labelUnits > 0 }
    ) { .object($0.units(0..<$0.labelUnits)) },
    ObjectField(
      "rest", "csvae: the other units", infer: { _ in .object(type: "codes", facts: [:]) },
      when: { $0.labelUnits > 0 }
    ) { .object($0.units($0.labelUnits..<$0.width)) },
    ObjectField("classes", "the names of the classes") { .texts($0.classNames) },
  ]

  private var posteriorMeans: CodesObject {
    CodesObject(
      values: means, means: means, scales: scales, labels: labels, classNames: classNames,
      source: source, areDraws: false, provenance: provenance, items: items,
      labelUnits: labelUnits, labelField: labelField)
  }

  /// Some of the units, as codes that stand for themselves: no model decodes them.
  private func units(_ range: Range<Int>) -> CodesObject {
    func part(_ array: HostArray<Float>) -> HostArray<Float> {
      HostArray(
        (0..<array.rowCount).flatMap {
          array.row($0).dropFirst(range.lowerBound).prefix(range.count)
        },
        shape: [array.rowCount, range.count])
    }
    return CodesObject(
      values: part(values), means: part(means), scales: part(scales), labels: labels,
      classNames: classNames, source: source, areDraws: areDraws, provenance: provenance,
      labelField: labelField)
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
  public var columnNames: [String]? {
    let names = (1...max(1, min(width, 99))).map { "z\($0)" } + ["label"]
    return names + [labelField].compactMap { $0 }.filter { !names.contains($0) }
  }
  /// What checks know of it before the run.
  public var facts: [String: Value] { CodeFacts(width: width, isLabelled: labels != nil).values }
}

extension CodesObject: Codable {
  private enum CodingKeys: String, CodingKey {
    case values, means, scales, labels, classNames, source, areDraws, provenance, items, labelUnits
    case labelField
  }

  /// Reads kept codes; their items wait until somebody looks at them.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let restorer = try Restorer.of(decoder)
    self.init(
      values: try container.decode(HostArray<Float>.self, forKey: .values),
      means: try container.decode(HostArray<Float>.self, forKey: .means),
      scales: try container.decode(HostArray<Float>.self, forKey: .scales),
      labels: try container.decodeIfPresent([Int32].self, forKey: .labels),
      classNames: try container.decodeIfPresent([String].self, forKey: .classNames),
      source: try container.decode(String.self, forKey: .source),
      areDraws: try container.decode(Bool.self, forKey: .areDraws),
      provenance: try container.decode(Provenance.self, forKey: .provenance),
      items: try container.decodeIfPresent(ItemsCode.self, forKey: .items)
        .map { HeldItems($0, restorer) },
      labelUnits: try container.decodeIfPresent(Int.self, forKey: .labelUnits) ?? 0,
      labelField: try container.decodeIfPresent(String.self, forKey: .labelField))
  }

  /// Writes the codes, and which items they are of.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(values, forKey: .values)
    try container.encode(means, forKey: .means)
    try container.encode(scales, forKey: .scales)
    try container.encodeIfPresent(labels, forKey: .labels)
    try container.encodeIfPresent(classNames, forKey: .classNames)
    try container.encode(source, forKey: .source)
    try container.encode(areDraws, forKey: .areDraws)
    try container.encode(provenance, forKey: .provenance)
    try container.encodeIfPresent(items?.code, forKey: .items)
    if labelUnits > 0 { try container.encode(labelUnits, forKey: .labelUnits) }
    try container.encodeIfPresent(labelField, forKey: .labelField)
  }
}

extension CodesObject: SavedObject {
  var savedContent: SaveContent { .arrays(SavedArrays(self)) }
}
