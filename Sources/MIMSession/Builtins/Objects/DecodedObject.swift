import MIMModels
import MIMScript
import MIMTensor

/// What decoding gives for each code.
struct DecodedArrays: Sendable, Codable {
  /// The codes, `[n, latent]`.
  let codes: HostArray<Float>
  /// The means of p(x|z), `[n, …itemShape]`.
  let means: HostArray<Float>
  /// One draw x ~ p(x|z) each, `[n, …itemShape]`.
  let draws: HostArray<Float>

  /// Takes what the engine gives.
  init(_ decoding: Decoding) {
    self.init(codes: decoding.codes, means: decoding.means, draws: decoding.draws)
  }

  private init(codes: HostArray<Float>, means: HostArray<Float>, draws: HostArray<Float>) {
    self.codes = codes
    self.means = means
    self.draws = draws
  }

  /// Those at `indices`.
  func rows(_ indices: [Int]) -> DecodedArrays {
    DecodedArrays(
      codes: codes.rows(indices), means: means.rows(indices), draws: draws.rows(indices))
  }
}

/// Items that a decoder made: what `decode`, `reconstruct`, `sample`, `interpolate` and `latent`
/// give.
struct DecodedObject: FieldedObject, Codable {
  /// What was requested; it decides how a plot arranges the items.
  enum Origin: String, Sendable, Codable {
    case decoding, reconstruction, sample, interpolation
    case latent = "latent grid"
    case pseudoInputs = "pseudo-inputs"
  }

  /// The codes, the means of p(x|z) and one draw for each.
  let decoding: DecodedArrays
  /// What was requested.
  let origin: Origin
  /// The items that were reconstructed, `[n, …itemShape]`.
  let originals: HostArray<Float>?
  /// One class number per item; nil where there is none.
  let labels: [Int32]?
  /// The names of the classes.
  let classNames: [String]?
  /// What the numbers of an item are.
  let valueKind: ValueKind
  /// What was done to the data before the model saw it.
  let transform: DataTransform?
  /// The shape of an item before a projection.
  let pictureShape: Shape?
  /// The names of a table's columns, where items are its lines.
  let tableColumns: [String]?
  /// Items in a row of the natural grid.
  let columns: Int?
  /// What it was made of: `mnist.test`.
  let source: String

  /// The number of items.
  var count: Int { decoding.means.rowCount }
  /// The number of values in an item.
  var width: Int { decoding.means.rowSize }
  /// What pictures and measures show: means for pixels, draws for real numbers that were sampled.
  var shown: HostArray<Float> { showsDraws ? decoding.draws : decoding.means }
  private var showsDraws: Bool {
    valueKind == .real && (origin == .reconstruction || origin == .sample)
  }

  /// The same in the units of the table or of the images that the model learned from.
  func inOwnUnits(_ values: HostArray<Float>) -> HostArray<Float> {
    transform?.inOwnUnits(values) ?? values
  }

  /// What is compared with data and encoded: draws x ~ p(x|z), as the data are draws; gray pictures are shown, and used, as means.
  var compared: HostArray<Float> { valueKind == .gray ? decoding.means : decoding.draws }

  /// What is shown, as items of their own: for their images.
  var shownItems: HeldItems { HeldItems(items(shown, name: source)) }
  /// What is compared with data, as items of their own: for codes of them.
  var comparedItems: ItemsObject { items(compared, name: "\(origin.rawValue) of \(source)") }

  func items(_ values: HostArray<Float>, name: String) -> ItemsObject {
    ItemsObject(
      split: DataSplit(role: .test, items: values, labels: labels, classNames: classNames),
      name: name, valueKind: valueKind, binarisation: .none, transform: transform,
      pictureShape: pictureShape ?? Shape(Array(values.shape.dimensions.dropFirst())), source: nil)
  }

  /// The items at `indices`.
  func selecting(_ indices: [Int]) -> DecodedObject {
    DecodedObject(
      decoding: decoding.rows(indices), origin: origin, originals: originals?.rows(indices),
      labels: labels.map { labels in indices.map { labels[$0] } }, classNames: classNames,
      valueKind: valueKind, transform: transform, pictureShape: pictureShape,
      tableColumns: tableColumns, columns: nil, source: source)
  }

  static let typeName = "decoded items"
  static let fields: [ObjectField<DecodedObject>] = [
    ObjectField("n", "the number of items") { .number(Double($0.count)) },
    ObjectField("width", "values per item") { .number(Double($0.width)) },
    ObjectField("labels", "class numbers") { .numbers($0.labels) },
  ]

  func summary(width: Int) -> [String] {
    let what = showsDraws ? "one draw x ~ p(x|z) each" : "means of p(x|z)"
    let line =
      "\(origin.rawValue) of \(source): \(count) items of \(self.width) values, \(what)"
    return TextWidth.folded(line, to: max(20, width)) + ItemsView(self).lines(width: width)
  }

  var json: JSON {
    .object([
      ("type", .string(typeName)), ("origin", .string(origin.rawValue)),
      ("source", .string(source)), ("n", .number(Double(count))),
      ("width", .number(Double(width))),
    ])
  }

  var columnNames: [String]? {
    (tableColumns.map(DatasetObject.fieldNames)
      ?? (1...max(1, min(width, 9))).map { "x\($0)" })
      + ["label"]
  }

  var facts: [String: Value] {
    var facts = DataFacts()
    facts.width = width
    facts.kind = valueKind.rawValue
    facts.isLabelled = labels != nil
    return facts.values
  }
}

extension DecodedObject: SavedObject {
  var savedContent: SaveContent { .arrays(SavedArrays(self)) }
}
