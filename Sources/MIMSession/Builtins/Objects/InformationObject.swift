import MIMAnalysis
import MIMScript

/// Mutual information as measured: what `mi` and `cmi` give.
struct InformationObject: TabularObject {
  /// The number and what it takes to judge it.
  let estimate: InformationEstimate
  /// What was measured: `I(d.x; d.y)`.
  let subject: String
  /// Notes on how the variables were read.
  let notes: [String]
  /// The true value, where both variables are those of a benchmark task.
  var truth: Double?

  var typeName: String { "information" }

  private static let plainFields = [
    "value", "se", "n", "estimator", "method", "warning", "p", "zero", "zero95", "ceiling",
    "extrapolated", "truth", "low", "high", "entropy", "share", "complete",
  ]

  static let fields = plainFields + ["curve", "local", "warnings"]

  var fieldNames: [String] { Self.fields }

  func field(_ name: String) -> Value? {
    switch name {
    case "value": .number(estimate.value)
    case "se": estimate.standardError.value
    case "n": .number(Double(estimate.count))
    case "estimator": .string(estimate.estimator)
    case "method": .string(estimate.method)
    case "warning":
      estimate.warnings.isEmpty ? Value.none : .string(estimate.warnings.joined(separator: "; "))
    case "warnings": .list(estimate.warnings.map(Value.string))
    case "p": (estimate.null?.pValue).value
    case "zero": (estimate.null?.mean).value
    case "zero95": (estimate.null?.upper).value
    case "ceiling": estimate.ceiling.value
    case "extrapolated": estimate.extrapolated.value
    case "truth": truth.value
    case "low": (estimate.interval?.lowerBound).value
    case "high": (estimate.interval?.upperBound).value
    case "entropy": estimate.classEntropy.value
    case "share": estimate.share.value
    case "complete": .bool(estimate.isComplete)
    case "curve": .table(curve)
    case "local": estimate.local.map { .list($0.map(Value.number)) } ?? Value.none
    default: nil
    }
  }

  /// The subsampling curve: rows in a block, blocks, the mean of their estimates.
  var curve: Table {
    Table(
      title: "\(subject) over the number of rows",
      columns: [
        Table.Column("n", format: "%d"), Table.Column("blocks", format: "%d"),
        Table.Column("mi", title: "MI (nats)"),
      ],
      rows: estimate.curve.map {
        [.number(Double($0.rows)), .number(Double($0.blocks)), .number($0.value)]
      })
  }

  /// One row with the numbers.
  var table: Table {
    Table(
      title: subject,
      columns: [
        Table.Column("mi", title: "MI (nats)"), Table.Column("se", title: "± s.e."),
        Table.Column("n", format: "%d"), Table.Column("p"), Table.Column("extrapolated"),
        Table.Column("method"),
      ],
      rows: [
        ["value", "se", "n", "p", "extrapolated", "method"].map { field($0) ?? Value.none }
      ], notes: notes + estimate.warnings)
  }
  var tables: [Table] { [table] }

  func summary(width: Int) -> [String] {
    var lines = [
      "\(subject) = \(estimate.value.text(4))"
        + (estimate.standardError.map { " ± \($0.text(2))" } ?? "")
        + " nats    \(estimate.method), n = \(estimate.count)"
    ]
    if let truth { lines.append("true value \(truth.text(4))") }
    if let interval = estimate.interval {
      lines.append("interval \(interval.lowerBound.text(4)) to \(interval.upperBound.text(4))")
    }
    if let share = estimate.share, let entropy = estimate.classEntropy {
      lines.append(
        "\((100 * share).text(3)) % of the entropy of the classes, \(entropy.text(4)) nats")
    }
    if !estimate.curve.isEmpty {
      lines.append(
        estimate.curve.map { "\($0.value.text(4)) at n = \($0.rows)" }.joined(separator: ", ")
          + (estimate.extrapolated.map { "; runs to \($0.text(4))" } ?? ""))
    }
    if let null = estimate.null {
      lines.append(
        "independent rows give \(null.mean.text(2)), 95 % of them less than \(null.upper.text(2)): "
          + "p = \(null.pValue.text(2)) (\(null.permutations) random orders of \(null.rows) rows)")
    }
    return lines + (notes + estimate.warnings.map { "warning: \($0)" })
  }

  var json: JSON {
    .object(
      [("type", .string(typeName)), ("subject", .string(subject))]
        + Self.plainFields.map { ($0, (field($0) ?? Value.none).json) }
        + [("curve", curve.json()), ("notes", .array(notes.map(JSON.string)))])
  }

  var columnNames: [String]? { curve.columns.map(\.name) }

  var rowValues: [(column: Table.Column, value: Value)]? {
    var values: [(column: Table.Column, value: Value)] = [
      (Table.Column("mi", title: "MI (nats)"), .number(estimate.value)),
      (Table.Column("se", title: "± s.e."), estimate.standardError.value),
      (Table.Column("extrapolated"), estimate.extrapolated.value),
      (Table.Column("p"), (estimate.null?.pValue).value),
    ]
    if let truth {
      values.append((Table.Column("truth", title: "true MI (nats)"), .number(truth)))
    }
    return values
  }
}

extension Double? {
  /// The number as a value, `none` without one.
  fileprivate var value: Value { map(Value.number) ?? Value.none }
}
