import Foundation
import MIMScript

/// report.ipynb: the notebook that ran, with its results, for Jupyter and hosts that show its files (nbformat 4.5).
struct JupyterReport {
  private let report: Report

  init(_ report: Report) { self.report = report }

  /// The file's text.
  var text: String {
    var notebook = JupyterCells()
    // With the seed and the parameters, so that the file can become a notebook again.
    if let frontMatter = report.frontMatter { notebook.add(frontMatter) }
    if let title = report.title, !report.hasOwnTitle {
      notebook.addText("# \(Report.escaped(title))", named: "title")
    }
    if !report.byline.isEmpty { notebook.addText(Report.escaped(report.byline), named: "byline") }
    if report.isQuick { notebook.addText("> **\(ReportWords.quick)**", named: "quick") }
    for banner in report.banners {
      notebook.addText(
        "> **\(ReportWords.failure)**. \(Report.escaped(banner.text))", named: "banner")
    }
    for block in report.blocks {
      switch block {
      case .prose(let text): notebook.addText(text, named: "text")
      case .cell(let result): notebook.addCode(result)
      }
    }
    let lines = report.provenance.map { "- \($0.key): \(Report.escaped($0.value))" }
    notebook.addText(lines.joined(separator: "\n"), named: "provenance")
    return JupyterNotebook.file(notebook.cells)
  }
}

/// The cells of a notebook with results, one after the other.
private struct JupyterCells {
  private(set) var cells: [JSON] = []
  private var ids: Set<String> = []
  private var runs = 0

  mutating func addText(_ text: String, named name: String) {
    guard !text.allSatisfy(\.isWhitespace) else { return }
    cells.append(
      JupyterNotebook.cell(
        "markdown", HTML.withoutBlankEnds(text), JupyterNotebook.id(name, &ids), []))
  }

  mutating func add(_ frontMatter: FrontMatterText) {
    cells.append(
      JupyterNotebook.cell(
        "raw", "---\n\(frontMatter.text)---", JupyterNotebook.id("front-matter", &ids), []))
  }

  mutating func addCode(_ result: CellResult) {
    var count = JSON.null
    if ![.notRun, .skipped].contains(result.status) {
      runs += 1
      count = .number(Double(runs))
    }
    let outputs = result.outputs.map(Self.output) + (result.error.map { [Self.error($0)] } ?? [])
    cells.append(
      JupyterNotebook.cell(
        "code", HTML.withoutBlankEnds(result.cell.source.text),
        JupyterNotebook.id(result.cell.name, &ids),
        [("execution_count", count), ("outputs", .array(outputs))]))
  }

  private static func output(_ output: CellOutput) -> JSON {
    switch output {
    case .text(let lines): stream("stdout", lines.joined(separator: "\n"))
    // Jupyter shows what goes to stderr as if it were a mistake.
    case .note(let text), .file(_, let text): stream("stdout", text)
    case .table(let record):
      data([
        ("text/html", CommonMark.html(record.table.markdown())),
        ("text/markdown", record.table.markdown()),
        ("text/plain", record.table.text(width: 100).joined(separator: "\n")),
      ])
    case .figure(let figure):
      data([
        ("image/png", Data(figure.png).base64EncodedString()), ("text/plain", figure.altText),
      ])
    }
  }

  private static func stream(_ name: String, _ text: String) -> JSON {
    .object([
      ("name", .string(name)), ("output_type", .string("stream")), ("text", .string(text + "\n")),
    ])
  }

  private static func data(_ forms: [(key: String, value: String)]) -> JSON {
    .object([
      ("data", .object(forms.map { ($0.key, .string($0.value)) })), ("metadata", .object([])),
      ("output_type", .string("display_data")),
    ])
  }

  private static func error(_ error: ScriptError) -> JSON {
    let lines = Diagnostics.render(error).split(separator: "\n", omittingEmptySubsequences: false)
    return .object([
      ("ename", .string(error.code)), ("evalue", .string(error.message)),
      ("output_type", .string("error")), ("traceback", .array(lines.map { .string(String($0)) })),
    ])
  }
}
