import MIMScript

extension HostFunction {
  /// `runs where=(mi > 6)`.
  static let runs = HostFunction(
    "runs", group: .measure, summary: "the rows of sweeps that the run store holds",
    options: [
      Parameter("where", .rowCondition, "the rows listed"),
      Parameter("sweep", .string, "only the rows of the sweep with this name"),
      Parameter("store", .path, defaultText: "the session's", "another store"),
    ],
    result: "a table: run, sweep, status, axes, results, error", resultType: "table",
    details: [
      "Sweeps keep each row as it finishes in runs.sqlite of the output folder (out/ at first).",
      "Rows of sweeps with other axes or results have empty cells there.",
    ],
    example: "runs where=(status == \"finished\")", seeAlso: ["sweep", "table", "plot"]
  ) { call in
    let context = try call.session
    let given = call.text("store").map { context.pathForReading($0) }
    let path = given ?? context.settings.runStore ?? SessionSettings.defaultRunStore
    do {
      var table = try StoredRuns(in: RunDatabase.existing(path)).table
      if let name = call.text("sweep"), let column = table.index(of: "sweep") {
        table.rows = table.rows.filter { $0[column].asText == name }
      }
      if let condition = call.option("where")?.asObject(RowCondition.self) {
        table = try condition.filter(table)
      }
      return .table(table)
    } catch let error as RunStoreError {
      throw error.scriptError(at: call.span(of: "store"))
    }
  }
}
