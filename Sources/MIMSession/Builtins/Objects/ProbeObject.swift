import MIMAnalysis
import MIMScript

/// What features predict, beside the items and chance: what `probe` gives.
struct ProbeObject: TabularObject, FieldedObject, Codable {
  /// One probe on one set of features.
  struct Row: Sendable, Codable {
    /// The features: `z`, `x` for the items they come from, `chance`.
    let features: String
    let result: ProbeResult
  }

  /// The probes of the features, then those of the items, then chance.
  let rows: [Row]
  /// What was measured: `z, 500 rows, 5 folds`.
  let subject: String
  /// How the target was read.
  let notes: [String]
  /// The number of folds.
  let folds: Int

  static let typeName = "probe"

  private var main: ProbeResult? { rows.first?.result }

  private func score(_ name: String) -> Value {
    main?.score(name).map { .number($0.value) } ?? Value.none
  }

  /// The main score of a row of other features.
  private func score(of features: String) -> Value {
    rows.first { $0.features == features }?.result.scores.first.map { .number($0.value) }
      ?? Value.none
  }

  private static let plainFields: [ObjectField<ProbeObject>] = [
    ObjectField("kind", "the first probe's word") { .string($0.main?.kind ?? "") },
    ObjectField("method", "the first probe with its settings") { .string($0.main?.method ?? "") },
    ObjectField("n", "the number of rows") { .number(Double($0.main?.count ?? 0)) },
    ObjectField("width", "the number of features") { .number(Double($0.main?.dimensions ?? 0)) },
    ObjectField("accuracy", "the share of right predictions") { $0.score("accuracy") },
    ObjectField("log_loss", "−log p of the true class, nats per row") { $0.score("log_loss") },
    ObjectField("ece", "the expected calibration error") { $0.score("ece") },
    ObjectField("r2", "1 − squared error / variance, for numbers") { $0.score("r2") },
    ObjectField("rmse", "the root mean squared error, in units of the target") {
      $0.score("rmse")
    },
    ObjectField("se", "the standard error of accuracy or R²") {
      ($0.main?.scores.first?.standardError).map(Value.number) ?? Value.none
    },
    ObjectField("baseline", "accuracy or R² of the items themselves; none where unknown") {
      $0.score(of: "x")
    },
    ObjectField("chance", "accuracy or R² without features") { $0.score(of: "chance") },
  ]

  static let fields: [ObjectField<ProbeObject>] =
    plainFields + [
      ObjectField(
        "scores", "the table of all probes", infer: { _ in .object(type: "table", facts: [:]) }
      ) { .table($0.table) },
      ObjectField(
        "folds", "the table of each fold's scores, first probe",
        infer: { _ in .object(type: "table", facts: [:]) }
      ) { .table($0.foldTable) },
      ObjectField(
        "calibration", "the table of predicted probabilities and shares of right predictions",
        infer: { _ in .object(type: "table", facts: [:]) }
      ) { .table($0.calibration) },
      ObjectField("predictions", "what the first probe predicts for each row") {
        .list(($0.main?.predictions ?? []).map(Value.number))
      },
    ]

  /// A row for each probe.
  var table: Table {
    let names = main?.scores.map(\.name) ?? []
    let columns =
      [
        Table.Column("features"), Table.Column("width", format: "%d"), Table.Column("probe"),
      ]
      + names.flatMap { name -> [Table.Column] in
        let own = Table.Column(name, title: Self.titles[name])
        return name == "ece" ? [own] : [own, Table.Column("\(name)_se", title: "± s.e.")]
      }
    return Table(
      title: subject, columns: columns,
      rows: rows.map { row in
        let isChance = row.features == "chance"
        let start: [Value] = [
          .string(row.features),
          isChance ? Value.none : .number(Double(row.result.dimensions)),
          .string(row.result.method),
        ]
        return start
          + names.flatMap { name -> [Value] in
            let score = row.result.score(name)
            let value = score.map { Value.number($0.value) } ?? Value.none
            let error = (score?.standardError).map(Value.number) ?? Value.none
            return name == "ece" ? [value] : [value, error]
          }
      },
      notes: notes + ["± over rows, each predicted by a probe that didn't learn from it"]
        + (names.contains("log_loss")
          ? ["log loss in nats; ECE: expected calibration error, 15 bins"] : []))
  }

  private static let titles = [
    "log_loss": "log loss", "ece": "ECE", "r2": "R²", "rmse": "RMSE",
  ]

  var tables: [Table] { [table] }

  /// The scores of each fold.
  private var foldTable: Table {
    let names = main?.scores.map(\.name) ?? []
    return Table(
      title: "\(subject): \(main?.method ?? "")",
      columns: [Table.Column("fold", format: "%d")] + names.map { Table.Column($0) },
      rows: (main?.foldScores ?? []).enumerated().map { fold, scores in
        [.number(Double(fold + 1))]
          + names.map { name in
            scores.first { $0.name == name }.map { .number($0.value) } ?? Value.none
          }
      })
  }

  private var calibration: Table {
    Table(
      title: "calibration of \(main?.method ?? ""), \(subject)",
      columns: [
        Table.Column("confidence", title: "predicted probability"),
        Table.Column("accuracy", title: "share of right predictions"),
        Table.Column("n", format: "%d"),
      ],
      rows: (main?.calibration ?? []).map {
        [.number($0.confidence), .number($0.accuracy), .number(Double($0.count))]
      })
  }

  func summary(width: Int) -> [String] { table.text(width: width) }

  var json: JSON {
    .object(
      [("type", .string(typeName)), ("subject", .string(subject))]
        + Self.plainFields.map { ($0.name, (field($0.name) ?? Value.none).json) }
        + [
          ("scores", table.json()), ("folds", foldTable.json()),
          ("calibration", calibration.json()), ("notes", .array(notes.map(JSON.string))),
        ])
  }

  var columnNames: [String]? { table.columns.map(\.name) }

  var rowValues: [(column: Table.Column, value: Value)]? {
    var values: [(column: Table.Column, value: Value)] = []
    for score in main?.scores ?? [] {
      values.append(
        (Table.Column(score.name, title: Self.titles[score.name]), .number(score.value)))
    }
    for name in ["se", "baseline", "chance"] {
      values.append((Table.Column(name), field(name) ?? Value.none))
    }
    return values
  }
}

extension ProbeObject: SavedObject {
  var savedContent: SaveContent { .table(table) }
}
