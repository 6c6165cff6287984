import MIMScript

extension HostFunction {
  /// `runs where=(mi > 6)`.
  static let runs = HostFunction(
    "runs", group: .measure, summary: "list the sweep rows in the run store",
    options: [
      Parameter("where", .rowCondition, "the rows to list"),
      Parameter("sweep", .string, "only rows of the sweep with this name"),
      Parameter(
        "all", .bool, default: .bool(false),
        "also rows of earlier versions of a sweep, and of quick runs"),
      Parameter("store", .path, defaultText: "the session's", "the file of another run store"),
    ],
    result: "a table: run, sweep, status, axes, results, error", resultType: "table",
    details: [
      "Sweeps store each finished row in runs.sqlite in the output folder (by default out/).",
      "Cells are empty where a sweep does not have that axis or result. Where a sweep was changed and ran again,",
      "the rows of its last version are listed; rows of --quick runs only in a quick run. all=true lists every row.",
    ],
    example: "runs where=(status == \"finished\")", seeAlso: ["sweep", "table", "plot"],
    keywords: ["experiments", "log", "results"],
    depends: .session
  ) { call in
    let context = try call.session
    let given = try call.text("store").map {
      try context.pathForReading($0, at: call.span(of: "store"))
    }
    let path = given ?? context.settings.runStore ?? SessionSettings.defaultRunStore
    do {
      let mayWrite = context.settings.access?.mayWrite(path) ?? true
      var runs = try StoredRuns(in: RunDatabase.existing(path, mayWrite: mayWrite))
      runs.warnings.forEach { context.message($0) }
      if !call.flag("all"), let note = runs.keepCurrent(quick: context.settings.quick) {
        context.message(note)
      }
      var table = runs.table
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
