import MIMScript

/// What a run of a notebook would do with a cell.
package struct CellForecast: Sendable {
  /// Whether the cell would be computed.
  package enum State: Sendable, Equatable {
    /// Its results are kept.
    case fresh
    /// It has to run, and why.
    case stale(String)
    /// `run: false`.
    case skipped
  }

  /// The cell.
  package let cell: NotebookCell
  /// What would become of it.
  package let state: State

  /// The cells of a text as `run --plan` judges them; runs nothing but `set`, beside the session. Nil where the text has mistakes.
  package static func forecasts(
    _ text: String, path: String, options: RunOptions, table: HostTable
  ) -> [CellForecast]? {
    let folder = "out/\(FileText.stem(path))"
    let access = FileAccess(notebook: path, folder: folder, options: options)
    let loaded = FileAccess.$current.withValue(access) {
      try? LoadedNotebook.read(Array(text.utf8), of: path, options: options, table: table)
    }
    let silent = PlainOutput(streams: .init(out: { _ in }, error: { _ in }), isQuiet: true)
    guard let loaded,
      let runner = try? NotebookRunner(
        loaded, options: options, folder: folder, table: table, output: silent,
        interruption: Interruption())
    else { return nil }
    let cells = Array(zip(loaded.notebook.cells, loaded.programs))
    let running = cells.filter { $0.0.options.run }
    var states: [Int: State] = [:]
    for forecast in runner.cache.forecast(running) {
      states[forecast.cell.number] =
        forecast.stale.first.map { State.stale($0.reason?.text ?? "it has not been run before") }
        ?? .fresh
    }
    return cells.map { CellForecast(cell: $0.0, state: states[$0.0.number] ?? .skipped) }
  }
}
