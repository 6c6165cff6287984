import MIMScript

/// What became of a cell.
struct CellResult: Sendable {
  /// How a cell ended.
  enum Status: String, Sendable {
    /// It ran.
    case ok
    /// The error it expects came.
    case expectedError = "expected error"
    /// It failed.
    case failed
    /// The user or a time limit stopped it.
    case interrupted
    /// An earlier cell failed, or the run was stopped.
    case notRun = "not run"
    /// `run: false`.
    case skipped
  }

  private(set) var cell: NotebookCell
  var status = Status.notRun
  var outputs: [CellOutput] = []
  var error: ScriptError?
  /// Names that the cell bound, with their values.
  var values: [(name: String, value: JSON)] = []
  /// Clock time.
  var seconds = 0.0
  /// Whether everything it did was found in the cache.
  var wasFound = false

  init(cell: NotebookCell) { self.cell = cell }

  /// The same results under a newer text of the cell.
  func showing(_ cell: NotebookCell) -> CellResult {
    var copy = self
    copy.cell = cell
    return copy
  }

  var figures: [FigureRecord] {
    outputs.compactMap { if case .figure(let figure) = $0 { figure } else { nil } }
  }

  /// The files that reports link to, relative to the output folder.
  var linkedFiles: [String] {
    outputs.flatMap { output -> [String] in
      switch output {
      case .file(let name, _): [name]
      case .figure(let figure): figure.maps
      case .text, .table, .note: []
      }
    }
  }

  var tables: [TableRecord] {
    outputs.compactMap { if case .table(let table) = $0 { table } else { nil } }
  }
}

/// One thing that a cell showed.
enum CellOutput: Sendable {
  /// A value as text.
  case text([String])
  case table(TableRecord)
  case figure(FigureRecord)
  /// A message or the summary line of long work.
  case note(String)
  /// A message that a file was written, and the file's name: relative to the output folder, which it lies in.
  case file(String, text: String)

  var isTable: Bool { if case .table = self { true } else { false } }
  var isFigure: Bool { if case .figure = self { true } else { false } }
}

/// A table of a cell and its file.
struct TableRecord: Sendable {
  let table: Table
  /// Relative to the output folder.
  let path: String
}

/// A figure of a cell and its files.
struct FigureRecord: Sendable {
  /// Relative to the output folder where they lie in it.
  let files: [String]
  /// Those among them that are maps to look around in.
  var maps: [String] {
    files.filter { $0.hasSuffix(".html") && !$0.hasPrefix("/") && !$0.hasPrefix("../") }
  }
  /// The one a browser can show.
  let shownFile: String
  /// The bytes of the PNG, moving or not, for the report in one file.
  let png: [UInt8]
  let pixelHash: String?
  /// The PNG with its panels below one another, for narrow windows; nil where there is one panel in a row.
  var narrow: [UInt8]?
  /// Width on paper, in inches.
  let inches: Double
  let altText: String
}
