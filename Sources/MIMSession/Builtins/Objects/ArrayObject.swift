import MIMScript
import MIMTensor

/// Numbers in double precision, a row for each item: `d.x` of a benchmark task, a column of a table.
public struct ArrayObject: HostObject {
  /// `[n, width]`.
  public let values: HostArray<Double>
  /// What they are: `x of bmi "1v1-normal-0.75"`.
  let name: String
  /// The benchmark task that it is a variable of, with its information in nats; nil for anything else.
  var known: (task: String, information: Double)?

  /// Its type in help and errors.
  public var typeName: String { "array" }
  /// The names behind its dot.
  public var fieldNames: [String] { ["n", "width", "values"] }

  /// A field by its name.
  public func field(_ name: String) -> Value? {
    switch name {
    case "n": .number(Double(values.rowCount))
    case "width": .number(Double(values.rowSize))
    case "values": rows
    default: nil
    }
  }

  private var rows: Value {
    guard values.rowSize > 1 else { return .list(values.elements.map(Value.number)) }
    return .list((0..<values.rowCount).map { .list(values.row($0).map(Value.number)) })
  }

  /// What `show` prints.
  public func summary(width: Int) -> [String] {
    ["\(name), \(values.rowCount) × \(values.rowSize)"]
  }

  /// What `run.json` holds of it.
  public var json: JSON {
    .object([
      ("type", .string(typeName)), ("name", .string(name)),
      ("n", .number(Double(values.rowCount))), ("width", .number(Double(values.rowSize))),
    ])
  }
}
