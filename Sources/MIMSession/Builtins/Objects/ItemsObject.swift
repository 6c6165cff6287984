import MIMModels
import MIMScript
import MIMTensor

/// Items of a data set with their labels: `mnist.test`, or a selection of them.
public struct ItemsObject: FieldedObject {
  /// The items, their labels and the role that they keep.
  public let split: DataSplit
  /// Their name: `mnist.test`.
  let name: String
  /// What the numbers of an item are.
  let valueKind: ValueKind
  /// How grey images become binary ones.
  let binarisation: Binarisation
  /// What was done to the items after reading.
  let transform: DataTransform?
  /// The shape of an item before a projection.
  let pictureShape: Shape
  /// The data set that they come from.
  let source: HeldDataset?

  /// The same with other items of the same split.
  func replacing(_ split: DataSplit) -> ItemsObject {
    ItemsObject(
      split: split, name: name, valueKind: valueKind, binarisation: binarisation,
      transform: transform, pictureShape: pictureShape, source: source)
  }

  /// The items in the units of the data: scaling is undone. Those of a table are as its file has them.
  var inOwnUnits: HostArray<Float> {
    guard let transform else { return split.items }
    return tableColumns == nil
      ? transform.inOwnUnits(split.items) : transform.asWritten(split.items)
  }

  /// What the items' lines are called, an item each; nil without `id=`.
  var lineNames: LineNames? {
    (try? source?.dataset)?.lineNames?.of(split)
  }

  /// The items as a model takes them, `[n, …]`: grey training images of a dynamically binarised
  /// data set become one seeded draw.
  func items(seed: UInt64) -> HostArray<Float> {
    guard binarisation == .dynamic, split.role == .train else { return split.items }
    var random = RandomStream(seed: seed, stream: "binarise")
    var elements = split.items.elements
    for index in elements.indices {
      elements[index] = Float(random.uniform()) < elements[index] ? 1 : 0
    }
    return HostArray(elements, shape: split.items.shape)
  }

  /// Its type in help and errors.
  public static let typeName = "items"
  /// What stands behind its dot.
  public static let fields: [ObjectField<ItemsObject>] = [
    ObjectField("labels", "class numbers") { .numbers($0.split.labels) },
    ObjectField("n", "the number of items") { .number(Double($0.split.count)) },
    ObjectField("width", "values per item") { .number(Double($0.split.itemShape.count)) },
    ObjectField("role", "train, val or test") { .string($0.split.role.rawValue) },
    ObjectField("classes", "the names of the classes") { .texts($0.split.classNames) },
    ObjectField("rows", "the place of each item in its file, from 1") {
      .numbers($0.split.places.map { $0.map { $0 + 1 } })
    },
    ObjectField("ids", "the name of each item's line, of the column id=") {
      .texts($0.lineNames?.texts)
    },
  ]

  /// What `show` prints.
  public func summary(width: Int) -> [String] {
    var lines = [
      "\(split.count) item\(split.count == 1 ? "" : "s") of \(name), shape \(split.itemShape), \(valueKind.rawValue) values"
    ]
    if let names = split.classNames, let counts = split.classCounts, names.count <= 20 {
      lines.append(
        "classes: " + zip(names, counts).map { "\($0) (\($1))" }.joined(separator: ", "))
    }
    return lines.flatMap { TextWidth.folded($0, to: max(20, width)) }
      + ItemsView(self).lines(width: width)
  }

  /// What `run.json` holds of it.
  public var json: JSON {
    .object([
      ("type", .string(typeName)), ("name", .string(name)), ("n", .number(Double(split.count))),
      ("item_shape", .array(split.itemShape.dimensions.map { .number(Double($0)) })),
      ("role", .string(split.role.rawValue)), ("labelled", .bool(split.labels != nil)),
    ])
  }

  /// The columns that pictures and tables may name.
  public var columnNames: [String]? {
    (tableColumns.map(DatasetObject.fieldNames)
      ?? (1...max(1, min(split.itemShape.count, 9))).map { "x\($0)" })
      + ["label"] + [labelField].compactMap { $0 }
  }

  var dataFacts: DataFacts {
    var facts = DataFacts()
    facts.name = name
    facts.width = split.itemShape.count
    facts.shape = split.itemShape.dimensions
    facts.kind = valueKind.rawValue
    facts.isLabelled = split.labels != nil
    return facts
  }

  /// What checks know of it before the run.
  public var facts: [String: Value] { dataFacts.values }
}

extension ItemsObject: Codable {
  /// Reads kept items; those of a data set are loaded.
  public init(from decoder: any Decoder) throws {
    self = try ItemsCode(from: decoder).items(Restorer.of(decoder))
  }

  /// Writes which items of a data set they are, or the items.
  public func encode(to encoder: any Encoder) throws {
    try ItemsCode(self).encode(to: encoder)
  }
}

extension ItemsObject: SavedObject {
  var savedContent: SaveContent { .arrays(SavedArrays(self)) }
}
