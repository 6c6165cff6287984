import MIMScript
import MIMTensor

/// Numbers in double precision, a row for each item: `d.x` of a benchmark task, a column of a table.
public struct ArrayObject: FieldedObject, NumericObject, Codable {
  /// `[n, width]`.
  public let values: HostArray<Double>
  /// What they are: `x of bmi "1v1-normal-0.75"`.
  let name: String
  /// The benchmark task that it is a variable of, with its information in nats; nil for anything else.
  var known: KnownInformation?
  /// The classes of the lines whose column this is; nil for anything else.
  var classes: RowClasses?

  /// Which lines of a file the rows are; nil where that isn't known.
  public var rowIdentity: RowIdentity?

  /// The class of each row, for pictures.
  struct RowClasses: Sendable, Codable, Equatable {
    let labels: [Int32]
    let names: [String]?
    /// What the column of labels is called in the table.
    let field: String?
  }

  /// A benchmark task and its information in nats.
  struct KnownInformation: Sendable, Codable {
    let task: String
    let information: Double
  }

  /// Its type in help and errors.
  public static let typeName = "array"
  /// What stands behind its dot.
  public static let fields: [ObjectField<ArrayObject>] = [
    ObjectField("n", "the number of rows") { .number(Double($0.values.rowCount)) },
    ObjectField("width", "numbers in a row") { .number(Double($0.values.rowSize)) },
    ObjectField("values", "the numbers, row by row") { $0.rows },
  ]

  /// Row by row.
  public var numbers: [Double] { values.elements }
  /// Its name.
  public var text: String { name }

  /// Numbers that were computed from these. What is known of the information of these isn't known of those.
  public func replacing(_ numbers: [Double], text: String) -> any NumericObject {
    ArrayObject(
      values: HostArray(numbers, shape: values.shape), name: text, classes: classes,
      rowIdentity: rowIdentity)
  }

  private var rows: Value {
    guard values.rowSize > 1 else { return .list(values.elements.map(Value.number)) }
    return .list((0..<values.rowCount).map { .list(values.row($0).map(Value.number)) })
  }

  /// What `show` prints.
  public func summary(width: Int) -> [String] {
    let first = "\(name), \(values.rowCount) × \(values.rowSize)"
    let numbers = values.elements
    guard values.rowSize == 1, numbers.count > 1, let least = numbers.min(),
      let most = numbers.max(), let middle = HostFunction.median(numbers),
      let deviation = HostFunction.deviation(numbers)
    else { return [first] }
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let shown = numbers.prefix(8).map { $0.text(6) }.joined(separator: ", ")
    return [
      first,
      "mean \(mean.text()), sd \(deviation.text()); from \(least.text()) to \(most.text()), median \(middle.text())",
      "\(shown)\(numbers.count > 8 ? ", …" : "")",
    ].flatMap { TextWidth.folded($0, to: max(20, width)) }
  }

  /// What `run.json` holds of it.
  public var json: JSON {
    .object([
      ("type", .string(typeName)), ("name", .string(name)),
      ("n", .number(Double(values.rowCount))), ("width", .number(Double(values.rowSize))),
    ])
  }
}

extension ArrayObject: SavedObject {
  /// Its numbers; `x of bmi …` is `x`.
  var savedContent: SaveContent {
    .numbers(values, name: name.prefix { $0.isLetter || $0.isNumber || $0 == "_" }.description)
  }
}
