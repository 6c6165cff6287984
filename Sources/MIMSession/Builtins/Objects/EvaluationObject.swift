import MIMScript

/// Measured numbers, each with what is needed to judge it: what `evaluate` gives.
struct EvaluationObject: TabularObject, Codable {
  /// One measured number.
  struct Measure: Sendable, Codable {
    /// The column that it becomes: `knn5`.
    let name: String
    /// The value; nats unless `method` says otherwise.
    let value: Double
    /// The standard error, where it has one.
    let standardError: Double?
    /// The number of items.
    let count: Int
    /// A short description of the method.
    let method: String
    /// Wall-clock seconds; shown at the prompt only, never in values that are compared.
    var seconds: Double?
    /// Every item's part, whose mean is the value, where it is made of such parts: `s.mi_local`.
    let local: [Double]?
    /// Which kind of number it is, where models have different ones: `exact`, `500 draws`.
    let kind: String?
    /// Why the model has no such value; nil: it has one.
    let missing: String?
    /// Why the value can't be relied on, where it can't.
    let caveat: String?

    init(
      _ name: String, _ value: Double, standardError: Double? = nil, count: Int, method: String,
      local: [Double]? = nil, kind: String? = nil, missing: String? = nil,
      caveat: String? = nil
    ) {
      self.caveat = caveat
      self.kind = kind
      self.missing = missing
      self.name = name
      self.value = value
      self.standardError = standardError
      self.count = count
      self.method = method
      self.seconds = nil
      self.local = local
    }

    /// A measure that the model can't have, and why.
    static func missing(_ name: String, because reason: String) -> Measure {
      Measure(name, .nan, count: 0, method: reason, missing: reason)
    }

    /// The value as scripts see it: none where the model can't have it.
    var scriptValue: Value { missing == nil ? .number(value) : .none }
  }

  /// The numbers in the order requested.
  let measures: [Measure]
  /// Warnings and the collapse report.
  let notes: [String]
  /// What was measured: `m on toy "4".test, draws, seed 3`.
  let subject: String
  /// The units of the items that the model sees: `scaled units`; nil where there is no model.
  var units: String?

  var typeName: String { "evaluation" }
  var fieldNames: [String] {
    measures.map(\.name) + measures.filter { $0.local != nil }.map { "\($0.name)_local" }
  }

  func field(_ name: String) -> Value? {
    if let measure = measures.first(where: { $0.name == name }) { return measure.scriptValue }
    return measures.first { "\($0.name)_local" == name }?.local.map {
      .list($0.map(Value.number))
    }
  }

  /// The numbers as a table, without clock times.
  var table: Table { table(withSeconds: false) }
  var tables: [Table] { [table] }

  private func table(withSeconds: Bool) -> Table {
    let withSeconds = withSeconds && measures.contains { $0.seconds != nil }
    var columns = [
      Table.Column("metric"), Table.Column("value", absent: "–"),
      Table.Column("se", title: "± s.e."),
      Table.Column("n", format: "%d"), Table.Column("method"),
    ]
    if withSeconds { columns.append(Table.Column("seconds", title: "s", format: "%.2f")) }
    let rows = measures.map { measure -> [Value] in
      var row: [Value] = [
        .string(measure.name), measure.scriptValue,
        measure.standardError.map { .number($0) } ?? Value.none,
        measure.missing == nil ? .number(Double(measure.count)) : .none,
        .string(measure.method),
      ]
      if withSeconds { row.append(measure.seconds.map { .number($0) } ?? Value.none) }
      return row
    }
    return Table(title: subject, columns: columns, rows: rows, notes: notes)
  }

  func summary(width: Int) -> [String] { table(withSeconds: true).text(width: width) }

  var json: JSON {
    .object([
      ("type", .string(typeName)), ("subject", .string(subject)),
      (
        "metrics",
        .object(
          measures.map { measure in
            (
              measure.name,
              .object(
                [
                  ("value", measure.scriptValue.json),
                  ("se", measure.standardError.map { Value.number($0).json } ?? .null),
                  ("n", .number(Double(measure.count))), ("method", .string(measure.method)),
                ] + (measure.caveat.map { [("caveat", JSON.string($0))] } ?? []))
            )
          })
      ), ("notes", .array(notes.map(JSON.string))),
    ])
  }

  var columnNames: [String]? { ["metric", "value", "se", "n", "method"] }

  var rowValues: [(column: Table.Column, value: Value)]? {
    measures.flatMap { measure in
      [(Table.Column(measure.name), measure.scriptValue)]
        + (measure.caveat.map {
          [(Table.Column(Table.caveatName(of: measure.name)), Value.string($0))]
        } ?? [])
    }
  }
}

extension EvaluationObject: SavedObject {
  var savedContent: SaveContent { .table(table) }
}
