import MIMScript

extension HostFunction {
  /// `table r by=[kind, hidden] value=[mi, rmse] as="mean ± sd" best=bold`.
  static let table = HostFunction(
    "table", group: .look, summary: "summarise rows, or compare evaluations",
    positional: [
      Parameter(
        "THING",
        .any(of: [
          .table,
          .object([
            "evaluation", "history", "information", "information table", "probe", "data set",
            "items",
          ]),
          .list(.any(of: [.object(["evaluation"]), .table])),
        ]), "a table, an evaluation, a history, items of a table, or a list of evaluations")
    ],
    options: [
      Parameter("by", .list(.column), "group the rows that agree in these columns"),
      Parameter("across", .column, "with by=: a column for each of its values"),
      Parameter("value", .list(.column), defaultText: "all numbers", "the columns to summarise"),
      Parameter(
        "as",
        .word([
          WordSpec("mean ± sd", "mean and standard deviation"),
          WordSpec("mean ± se", "mean and its standard error"),
          WordSpec("mean ± ci", "mean and its 95 % confidence interval (Student's t)"),
          WordSpec("mean", "the mean alone"),
        ]), default: .string("mean ± sd"), "what each cell shows"),
      Parameter(
        "best", .optional(.word([WordSpec("bold", "the best value of a column in bold")])),
        defaultText: "none", "mark the best value of each column"),
      Parameter("names", .list(.string), "evaluations: the names of the rows"),
      Parameter("where", .rowCondition, "the rows to use"),
    ],
    result: "a table", resultType: "table",
    details: [
      "Of the items of a table (table d.all), each column has a line: mean, sd, min, median, max, and how many of its numbers",
      "are distinct; with by=, its lines are grouped: table d.all by=label value=age.",
      "With by=, the column n gives the number of rows behind each mean; across=estimator sets estimators side by side.",
      "Beside a measure of different kinds (an exact nll and a bound) a column says which is which;",
      "– is a measure that a model can't have, and below the table stands why.",
      "The best value is the largest; for nll, rmse, rmse_free, loss and collapse it is the smallest. Bold is only what is",
      "better than the next by more than the standard error of the difference. Numbers with † carry a caveat, told below.",
    ],
    example: "table [evaluate(m0, toy, nll), evaluate(m, toy, nll)] names=[\"fresh\", \"trained\"]",
    seeAlso: ["evaluate", "sweep", "save"],
    keywords: [
      "groupby", "group", "aggregate", "pivot", "summarize", "summarise", "crosstab", "describe",
      "summary", "value_counts",
    ], depends: []
  ) { call in
    let items = try call.itemsToShow()
    var table = try items?.rows ?? call.tableToShow()
    if let condition = call.option("where")?.asObject(RowCondition.self) {
      table = try condition.filter(table)
    }
    if call.given.contains("by") { return .table(try summarised(table, call)) }
    if call.given.contains("across") {
      throw ScriptError(
        "E220", "`across=` has no effect without `by=`", at: call.span(of: "across"),
        notes: ["try: table r by=task across=estimator value=mi"])
    }
    if let names = call.option("value")?.asTexts {
      let first = call.isComparison ? ["model"] : []
      table = table.selecting(first + names)
    }
    if let items { return .table(items.summary(of: table)) }
    if call.text("best") == "bold" {
      let evaluations = call.evaluations
      let incomparable = EvaluationComparison(
        names: evaluations.indices.map { "\($0)" }, evaluations: evaluations
      ).incomparable
      table = table.markingBest(from: call.isComparison ? 1 : 0, leavingOut: incomparable) {
        row, column in
        guard evaluations.indices.contains(row) else { return nil }
        return evaluations[row].measures.first { $0.name == column }?.standardError
      }
    }
    return .table(table)
  }

  private static func summarised(_ table: Table, _ call: HostCall) throws -> Table {
    let keys = (call.option("by")?.asTexts ?? []).compactMap(table.index(of:))
    let across = call.text("across").flatMap(table.index(of:))
    if let across, keys.contains(across) {
      throw ScriptError(
        "E302", "`across=` and `by=` name the same column", at: call.span(of: "across"),
        notes: ["rows agree in by=, and the values of across= stand side by side"])
    }
    let numeric = table.columns.indices.filter { column in
      !keys.contains(column) && column != across && table.columns[column].name != "seed"
        && table.rows.contains { $0[column].asNumber != nil }
    }
    let values = call.option("value")?.asTexts?.compactMap(table.index(of:)) ?? numeric
    guard !values.isEmpty else {
      throw ScriptError(
        "E221", "there is no column of numbers to summarise", at: call.span(at: 0),
        notes: ["columns: " + table.columns.map(\.name).joined(separator: " ")])
    }
    return TableSummary(
      table: table, keys: keys, across: across, values: values,
      style: call.text("as") ?? "mean ± sd",
      marksBest: call.text("best") == "bold"
    ).summary
  }
}

extension HostCall {
  /// Whether a list of evaluations is compared.
  fileprivate var isComparison: Bool {
    if case .list = argument(0) { true } else { false }
  }

  /// The evaluations that are compared.
  fileprivate var evaluations: [EvaluationObject] {
    guard case .list(let elements) = argument(0) else { return [] }
    return elements.compactMap { $0.asObject(EvaluationObject.self) }
  }

  /// The lines of items that have columns; of a data set where they are asked for. Nil for anything else.
  fileprivate func itemsToShow() throws -> ColumnTable? {
    let asksForLines = !given.isDisjoint(with: ["by", "where", "value"])
    let items: ItemsObject? =
      switch argument(0) {
      case .object(let items as ItemsObject): items
      case .object(let data as DatasetObject) where asksForLines:
        data.field("all")?.asObject(ItemsObject.self)
      default: nil
      }
    guard let items else { return nil }
    guard let columns = ColumnTable(items) else {
      throw ScriptError(
        "E201", "the items of `\(text(at: 0))` have no columns", at: span(at: 0),
        label: "shape \(items.split.itemShape)",
        notes: ["try: show \(text(at: 0)), or plot \(text(at: 0))"])
    }
    return columns
  }

  fileprivate func tableToShow() throws -> Table {
    switch argument(0) {
    case .table(let table): return table
    case .object(let object as any TabularObject):
      if let first = object.tables.first { return first }
      throw ScriptError("E201", "this cannot be made into a table", at: span(at: 0))
    case .list(let elements): return try comparison(of: elements)
    default: throw ScriptError("E201", "`table` needs rows", at: span(at: 0))
    }
  }

  private func comparison(of elements: [Value]) throws -> Table {
    let evaluations = elements.compactMap { $0.asObject(EvaluationObject.self) }
    guard evaluations.count == elements.count, !evaluations.isEmpty else {
      throw ScriptError(
        "E201", "`table` takes a list only if it contains evaluations", at: span(at: 0))
    }
    let names = option("names")?.asTexts ?? evaluations.indices.map { "\($0 + 1)" }
    guard names.count == evaluations.count else {
      throw ScriptError(
        "E302", "there are \(evaluations.count) evaluations, but \(names.count) names",
        at: span(of: "names"))
    }
    return EvaluationComparison(names: names, evaluations: evaluations).table
  }
}

extension Table {
  /// Whether a smaller value of a column is the better one.
  static func smallerIsBetter(_ column: String) -> Bool {
    ["nll", "rmse", "rmse_free", "collapse", "recon", "seconds"].contains(column)
      || column.hasSuffix("loss")
  }

  /// The columns of these names, in that order; unknown ones are left out.
  func selecting(_ names: [String]) -> Table {
    let places = names.compactMap(index(of:)).flatMap { column in
      [column] + (caveatColumn(of: column).map { [$0] } ?? [])
    }
    return Table(
      title: title, columns: places.map { columns[$0] },
      rows: rows.map { row in places.map { row[$0] } }, notes: notes)
  }
}
