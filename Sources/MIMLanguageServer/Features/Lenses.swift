import MIMFormats
import MIMScript
import MIMSession

/// The lines above cells: "run", and whether the cell's results are kept. The server runs nothing; what a click on "run" does is the
/// editor's.
enum Lenses {
  /// The command that the editor has to know: `mim.run` with the path of the file and the label of the cell.
  static let command = "mim.run"

  /// The lenses of a notebook; none where it has mistakes.
  static func lenses(of document: TextDocument, options: RunOptions, table: HostTable) -> JSON {
    guard !document.isScript,
      let forecasts = CellForecast.forecasts(
        document.text, path: document.path, options: options, table: table)
    else { return .array([]) }
    return .array(
      forecasts.flatMap { forecast -> [JSON] in
        let line = forecast.cell.fenceLine - 1
        let range = TextRange(
          TextPosition(line: line, character: 0),
          TextPosition(line: line, character: document.lines.width(line)))
        let run: JSON = .members([
          "title": .string("run"), "command": .string(command),
          "arguments": .array([.string(document.path), .string(forecast.cell.name)]),
        ])
        let state: JSON = .members([
          "title": .string(title(forecast.state)), "command": .string(""),
        ])
        let commands = forecast.state == .skipped ? [state] : [run, state]
        return commands.map { .members(["range": range.json, "command": $0]) }
      })
  }

  private static func title(_ state: CellForecast.State) -> String {
    switch state {
    case .fresh: "fresh"
    case .stale(let reason): "stale: \(VisibleText.onOneLine(reason))"
    case .skipped: "never runs (run: false)"
    }
  }
}
