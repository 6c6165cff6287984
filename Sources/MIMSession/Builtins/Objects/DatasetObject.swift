import MIMModels
import MIMScript
import MIMTensor

/// A data set as the language holds it: what `load` gives.
public struct DatasetObject: TabularObject, FieldedObject {
  /// The data.
  public let dataset: Dataset
  /// The shape of an item before a projection, to show projected images as images.
  let pictureShape: Shape
  /// Notes for the user: what a projection keeps of the variance.
  let notes: [String]
  /// Where it was loaded.
  let provenance: Provenance

  /// Its type in help and errors.
  public static let typeName = "data set"
  /// What stands behind its dot.
  public static let fields: [ObjectField<DatasetObject>] =
    [.train, .val, .test].map(split) + [
      ObjectField(
        "all", "the items of all splits", infer: { .items("all", of: DataFacts($0)) }
      ) { .object($0.items(joined($0.dataset), named: "all")) },
      ObjectField("labels", "class numbers, in the order of `all`") { data in
        .numbers(data.dataset.isLabelled ? data.dataset.splits.flatMap { $0.labels ?? [] } : nil)
      },
      ObjectField("name", "what was loaded") { .string($0.dataset.name) },
      ObjectField("width", "values per item", infer: { .known(fact: "width", of: $0) }) {
        .number(Double($0.dataset.itemShape.count))
      },
      ObjectField("classes", "the names of the classes") { .texts($0.dataset.classNames) },
      ObjectField("kind", "the kind of its values: binary, real, …") {
        .string($0.dataset.valueKind.rawValue)
      },
    ]

  private static func split(_ role: DataSplit.Role) -> ObjectField<DatasetObject> {
    ObjectField(
      role.rawValue, "the \(role.rawValue) items",
      infer: { try inferSplit(role, of: DataFacts($0)) },
      when: { $0.dataset.split(role) != nil }
    ) { data in
      data.dataset.split(role).map { .object(data.items($0)) } ?? Value.none
    }
  }

  private static func inferSplit(
    _ role: DataSplit.Role, of data: DataFacts
  ) throws -> StaticValue {
    let isThere = role == .val ? data.hasVal : role == .test ? data.hasTest : true
    guard isThere != false else {
      throw ScriptError(
        "E222", "\(data.name ?? "this data set") has no \(role.rawValue) split", kind: .check,
        notes: ["try: load it with split=[.8, .1, .1], or with val=1000 if the source takes val="])
    }
    return .items(role.rawValue, of: data)
  }

  /// A split's items with everything that belongs to them.
  func items(_ split: DataSplit, named name: String? = nil) -> ItemsObject {
    ItemsObject(
      split: split, name: "\(dataset.name).\(name ?? split.role.rawValue)",
      valueKind: dataset.valueKind,
      binarisation: dataset.binarisation, transform: dataset.transform,
      pictureShape: pictureShape, source: HeldDataset(dataset))
  }

  /// The items of all splits in the order train, val, test. They count as training items: what
  /// was trained on is among them.
  static func joined(_ dataset: Dataset) -> DataSplit {
    let splits = dataset.splits
    let items = splits.map(\.items)
    return DataSplit(
      role: .train,
      items: HostArray(
        items.flatMap(\.elements),
        shape: Shape([splits.map(\.count).reduce(0, +)] + dataset.itemShape.dimensions)),
      labels: dataset.isLabelled ? splits.flatMap { $0.labels ?? [] } : nil,
      classNames: dataset.classNames,
      trainingRows: splits.flatMap {
        $0.trainingRows ?? [Int](repeating: -1, count: $0.count)
      },
      factors: ItemFactors(joining: splits.map(\.factors)),
      places: splits.allSatisfy { $0.places != nil } ? splits.flatMap { $0.places ?? [] } : nil)
  }

  /// The columns of a table, which pictures may name.
  public var columnNames: [String]? {
    dataset.columnNames == nil ? nil : variableNames + ["label"] + [labelField].compactMap { $0 }
  }

  var dataFacts: DataFacts {
    var facts = DataFacts()
    facts.name = dataset.name
    facts.width = dataset.itemShape.count
    facts.shape = dataset.itemShape.dimensions
    facts.kind = dataset.valueKind.rawValue
    facts.isLabelled = dataset.isLabelled
    facts.hasVal = dataset.val != nil
    facts.hasTest = dataset.test != nil
    facts.variables = ownFieldNames.isEmpty ? nil : ownFieldNames
    facts.columns = columnNames
    return facts
  }

  /// What checks know of it before the run.
  public var facts: [String: Value] { dataFacts.values }
}

extension DatasetObject {
  /// What `table` and reports show.
  public var tables: [Table] { [splitTable, classTable, fileTable].compactMap { $0 } }

  private var splitTable: Table {
    Table(
      title: title,
      columns: [
        Table.Column("split"), Table.Column("items", format: "%d"), Table.Column("shape"),
        Table.Column("values"), Table.Column("classes"),
      ],
      rows: dataset.splits.map { split in
        [
          .string(split.role.rawValue), .number(Double(split.count)),
          .string("\(split.itemShape)"), .string(valuesText(of: split)),
          split.classNames.map { .number(Double($0.count)) } ?? .string("none"),
        ]
      }, notes: notes)
  }

  private var title: String {
    switch dataset.binarisation {
    case .none: dataset.name
    case .dynamic: "\(dataset.name), binarised anew in every batch"
    case .fixed: "\(dataset.name), binarised once"
    }
  }

  private func valuesText(of split: DataSplit) -> String {
    let isDrawnLater = dataset.binarisation == .dynamic && split.role == .train
    return isDrawnLater ? "gray, drawn anew" : dataset.valueKind.rawValue
  }

  private var classTable: Table? {
    guard let names = dataset.classNames, names.count <= 50 else { return nil }
    let columns = dataset.splits.map { Table.Column($0.role.rawValue, format: "%d") }
    let counts = dataset.splits.map { $0.classCounts ?? [] }
    return Table(
      title: "items per class", columns: [Table.Column("class")] + columns,
      rows: names.indices.map { index in
        [.string(names[index])]
          + counts.map { .number(Double($0.indices.contains(index) ? $0[index] : 0)) }
      })
  }

  private var fileTable: Table? {
    guard !dataset.files.isEmpty else { return nil }
    return Table(
      title: "files read",
      columns: [
        Table.Column("path"), Table.Column("bytes", format: "%d"), Table.Column("sha256"),
      ],
      rows: dataset.files.map {
        [.string($0.path), .number(Double($0.bytes)), .string($0.sha256)]
      })
  }

  /// What `show` prints.
  public func summary(width: Int) -> [String] {
    [splitTable, classTable].compactMap { $0 }.flatMap { $0.text(width: width) + [""] }.dropLast()
      + (dataset.files.isEmpty ? [] : ["", "files read"])
      + dataset.files.flatMap { file in
        ["  \(file.path)  \(file.bytes.byteText)", "    sha256 \(file.sha256)"]
      }
  }

  /// What `run.json` holds of it.
  public var json: JSON {
    .object([
      ("type", .string(typeName)), ("name", .string(dataset.name)),
      ("item_shape", .array(dataset.itemShape.dimensions.map { .number(Double($0)) })),
      ("values", .string(dataset.valueKind.rawValue)),
      ("binarize", .string(dataset.binarisation.rawValue)),
      ("items", .object(dataset.splits.map { ($0.role.rawValue, .number(Double($0.count))) })),
      ("classes", dataset.classNames.map { .array($0.map(JSON.string)) } ?? .null),
      (
        "files",
        .array(
          dataset.files.map {
            .object([
              ("path", .string($0.path)), ("bytes", .number(Double($0.bytes))),
              ("sha256", .string($0.sha256)),
            ])
          })
      ),
    ])
  }
}

extension DatasetObject: Codable {
  private enum CodingKeys: String, CodingKey { case recipe, pictureShape, notes, provenance }

  /// Loads a data set again as its statement did.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let restorer = try Restorer.of(decoder)
    let code = try container.decode(DatasetCode.self, forKey: .recipe)
    self.init(
      dataset: try code.dataset(restorer),
      pictureShape: try container.decode(Shape.self, forKey: .pictureShape),
      notes: try container.decode([String].self, forKey: .notes),
      provenance: try container.decode(Provenance.self, forKey: .provenance))
  }

  /// Writes how it is loaded.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(DatasetCode(dataset), forKey: .recipe)
    try container.encode(pictureShape, forKey: .pictureShape)
    try container.encode(notes, forKey: .notes)
    try container.encode(provenance, forKey: .provenance)
  }
}
