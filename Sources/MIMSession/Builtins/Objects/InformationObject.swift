import MIMAnalysis
import MIMScript

/// Mutual information as measured: what `mi` and `cmi` give.
struct InformationObject: TabularObject, FieldedObject, Codable {
  /// The number and what it takes to judge it.
  var estimate: InformationEstimate
  /// What was measured: `I(d.x; d.y)`.
  let subject: String
  /// Notes on how the variables were read.
  let notes: [String]
  /// The true value, where both variables are those of a benchmark task.
  var truth: Double?

  static let typeName = "information"

  /// Those that `run.json` holds as they are.
  private static let plainFields: [ObjectField<InformationObject>] = [
    ObjectField("value", "the estimate in nats") { .number($0.estimate.value) },
    ObjectField("se", "its standard error") { $0.estimate.standardError.value },
    ObjectField("n", "the number of items") { .number(Double($0.estimate.count)) },
    ObjectField("estimator", "the estimator's word") { .string($0.estimate.estimator) },
    ObjectField("method", "the estimator with its settings") { .string($0.estimate.method) },
    ObjectField("warning", "why not to trust it; none where nothing speaks against it") {
      $0.estimate.warnings.isEmpty
        ? Value.none : .string($0.estimate.warnings.joined(separator: "; "))
    },
    ObjectField("p", "the p-value of the permutation test") { ($0.estimate.null?.pValue).value },
    ObjectField("zero", "the mean estimate of permuted items, which share nothing") {
      ($0.estimate.null?.mean).value
    },
    ObjectField("zero95", "the value that 95 % of those don't exceed") {
      ($0.estimate.null?.upper).value
    },
    ObjectField("ceiling", "the most that the estimator can show, in nats") {
      $0.estimate.ceiling.value
    },
    ObjectField("extrapolated", "the subsampling curve's value for endless data") {
      $0.estimate.extrapolated.value
    },
    ObjectField("truth", "the true value of a benchmark task") { $0.truth.value },
    ObjectField("low", "the lower end of the interval that ci= asks for") {
      ($0.estimate.interval?.lowerBound).value
    },
    ObjectField("high", "its upper end") { ($0.estimate.interval?.upperBound).value },
    ObjectField("entropy", "the entropy of the labels, in nats") {
      $0.estimate.classEntropy.value
    },
    ObjectField("share", "the value as a share of that entropy") { $0.estimate.share.value },
    ObjectField("complete", "false where it was stopped") { .bool($0.estimate.isComplete) },
  ]

  static let fields: [ObjectField<InformationObject>] =
    plainFields + [
      ObjectField(
        "curve", "the table of the subsampling curve",
        infer: { _ in .object(type: "table", facts: [:]) }
      ) { .table($0.curve) },
      ObjectField("local", "each item's part, where the estimator has it") {
        $0.estimate.local.map { .list($0.map(Value.number)) } ?? Value.none
      },
      ObjectField("warnings", "the warnings as a list") {
        .list($0.estimate.warnings.map(Value.string))
      },
    ]

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
    // Beside labels, their entropy and the share of it.
    let ofLabels =
      estimate.share == nil
      ? []
      : [
        ("share", Table.Column("share", title: "share of H(labels)")),
        ("entropy", Table.Column("entropy", title: "H(labels) (nats)")),
      ]
    let columns =
      [
        ("value", Table.Column("mi", title: "MI (nats)")),
        ("se", Table.Column("se", title: "± s.e.")),
      ] + ofLabels + [
        ("n", Table.Column("n", format: "%d")), ("p", Table.Column("p")),
        ("extrapolated", Table.Column("extrapolated")), ("method", Table.Column("method")),
      ]
    return Table(
      title: subject, columns: columns.map(\.1),
      rows: [columns.map { field($0.0) ?? Value.none }], notes: notes + estimate.warnings)
  }
  var tables: [Table] { [table] }

  func caveat(of field: String) -> String? {
    guard ["value", "share", "extrapolated", "low", "high"].contains(field),
      !estimate.warnings.isEmpty
    else { return nil }
    return estimate.warnings.joined(separator: "; ")
  }

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
          + "p = \(null.pValue.text(2)) (\(null.permutations) random orders of \(null.rows) rows"
          + (null.rows < estimate.count
            ? ", whose own order gives \(null.observed.text(4)))" : ")"))
    }
    return (lines + notes + estimate.warnings.map { "warning: \($0)" })
      .flatMap { TextWidth.folded($0, to: max(20, width)) }
  }

  var json: JSON {
    .object(
      [("type", .string(typeName)), ("subject", .string(subject))]
        + Self.plainFields.map { ($0.name, (field($0.name) ?? Value.none).json) }
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
    if let share = estimate.share {
      values.append((Table.Column("share", title: "share of H(labels)"), .number(share)))
    }
    if let truth {
      values.append((Table.Column("truth", title: "true MI (nats)"), .number(truth)))
      values.append(
        (Table.Column("bias", title: "estimate − true MI (nats)"), .number(estimate.value - truth)))
    }
    return values
  }
}

extension Double? {
  /// The number as a value, `none` without one.
  fileprivate var value: Value { map(Value.number) ?? Value.none }
}

extension InformationObject: SavedObject {
  var savedContent: SaveContent { .table(table) }
}
