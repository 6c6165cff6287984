import Foundation
import MIMScript

/// report.html: one file with its pictures inside and no scripts.
struct HTMLReport {
  private let report: Report
  private var figureNumber = 0
  private var tableNumber = 0
  /// Gives the address of a picture.
  private let address: (FigureRecord) -> String

  /// - Parameter address: of a picture; nil: the picture is in the page.
  init(_ report: Report, address: ((FigureRecord) -> String)? = nil) {
    self.report = report
    self.address =
      address ?? { "data:image/png;base64,\(Data($0.png).base64EncodedString())" }
  }

  /// The parts of a page.
  struct Parts: Equatable {
    /// As HTML.
    let title: String
    let header: String
    let main: String
    let footer: String
    let isQuick: Bool
  }

  var parts: Parts {
    var copy = self
    let title = HTML.escaped(report.shortTitle)
    return Parts(
      title: title, header: header(title), main: copy.body(), footer: footer,
      isQuick: report.isQuick)
  }

  var text: String {
    let policy =
      "<meta http-equiv=\"Content-Security-Policy\" content=\"\(HTML.policy)\" />\n"
    return HTMLReport.page(parts, head: policy)
  }

  /// A page.
  /// - Parameters:
  ///   - head: more for its head.
  ///   - end: more for its end.
  static func page(_ parts: Parts, head: String = "", end: String = "") -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="generator" content="mim-repl \(programVersion)" />
    <title>\(parts.title)</title>
    <style>
    \(HTMLStyle.css)
    </style>
    \(head)</head>
    <body\(parts.isQuick ? " class=\"quick\"" : "")>
    <header>
    \(parts.header)
    </header>
    <main>
    \(parts.main)
    </main>
    <footer>
    \(parts.footer)
    </footer>
    \(end)</body>
    </html>

    """
  }

  private func header(_ title: String) -> String {
    var lines: [String] = []
    if report.title != nil, !report.hasOwnTitle { lines.append("<h1>\(title)</h1>") }
    if !report.byline.isEmpty {
      lines.append("<p class=\"byline\">\(HTML.escaped(report.byline))</p>")
    }
    if report.isQuick { lines.append("<p class=\"banner quick\">\(ReportWords.quick)</p>") }
    lines += report.banners.map(banner)
    return lines.joined(separator: "\n")
  }

  private func banner(_ banner: Report.Banner) -> String {
    let place = banner.cell.map {
      " in <a href=\"#cell-\(HTML.escaped($0))\">cell \(HTML.escaped($0))</a>"
    }
    return "<p class=\"banner failure\"><strong>\(ReportWords.failure)</strong>\(place ?? ""). "
      + HTML.escaped(banner.text) + "</p>"
  }

  // MARK: Body

  /// The prose goes through the Markdown library as one text, so that links defined at its end
  /// reach all of it; each cell is a slot there, filled afterwards.
  private mutating func body() -> String {
    let mark = slotMark
    var markdown = ""
    var cells: [String] = []
    for block in report.blocks {
      switch block {
      case .prose(let text): markdown += text
      case .cell(let result):
        markdown += "\n\(result.cell.prefix)\(mark)\(cells.count)x\n\n"
        cells.append(section(result))
      }
    }
    let html = CommonMark.html(markdown) { report.pictures[$0] }
    return HTMLReport.fill(html, mark: mark, cells)
  }

  /// A word that the prose does not hold.
  private var slotMark: String {
    var mark = "mimcellslot"
    for case .prose(let text) in report.blocks {
      while text.contains(mark) { mark += "y" }
    }
    return mark
  }

  private static func fill(_ html: String, mark: String, _ cells: [String]) -> String {
    var result = ""
    var rest = html[...]
    for (index, cell) in cells.enumerated() {
      let slot = "\(mark)\(index)x"
      guard let place = rest.range(of: "<p>\(slot)</p>") ?? rest.range(of: slot) else { continue }
      result += rest[..<place.lowerBound] + cell
      rest = rest[place.upperBound...]
    }
    return result + rest
  }

  // MARK: Cells

  private mutating func section(_ result: CellResult) -> String {
    let name = HTML.escaped(result.cell.name)
    var parts = code(result.cell)
    parts += outputs(result)
    if let error = result.error {
      let kind = result.status == .expectedError ? "expected" : "error"
      parts.append("<pre class=\"\(kind)\">\(HTML.escaped(Diagnostics.render(error)))</pre>")
    }
    if let words = ReportWords.status(result.status) {
      parts.append("<p class=\"status\">\(HTML.escaped(words))</p>")
    }
    return "<section class=\"cell\" id=\"cell-\(name)\">\n"
      + parts.joined(separator: "\n") + "\n</section>"
  }

  private func code(_ cell: NotebookCell) -> [String] {
    let text = HTML.withoutBlankEnds(cell.code)
    guard cell.options.echo != .hidden, !text.isEmpty else { return [] }
    let code = CodeHighlighter.html(text, report.vocabulary)
    let block = "<pre class=\"code\"><code>\(code)</code></pre>"
    guard cell.options.echo == .fold else { return [block] }
    return ["<details class=\"fold\"><summary>code</summary>\(block)</details>"]
  }

  private mutating func outputs(_ result: CellResult) -> [String] {
    var parts: [String] = []
    var figures: [FigureRecord] = []
    let caption = result.cell.options.caption.map { HTML.escaped($0) }
    for (index, output) in result.outputs.enumerated() {
      if case .figure(let figure) = output {
        figures.append(figure)
        let rest = result.outputs[(index + 1)...]
        if rest.first?.isFigure == true { continue }
        parts.append(self.figure(figures, rest.contains(where: \.isFigure) ? nil : caption))
        figures = []
      } else {
        let isFirstTable = !result.outputs[..<index].contains(where: \.isTable)
        parts.append(
          self.output(output, result.figures.isEmpty && isFirstTable ? caption : nil))
      }
    }
    let isPlaced = !result.figures.isEmpty || !result.tables.isEmpty
    if let caption, !isPlaced { parts.append("<p class=\"caption\">\(caption)</p>") }
    return parts
  }

  private mutating func output(_ output: CellOutput, _ caption: String?) -> String {
    switch output {
    case .text(let lines):
      return "<pre class=\"output\">\(HTML.escaped(lines.joined(separator: "\n")))</pre>"
    case .note(let text): return "<p class=\"note\">\(HTML.escaped(text))</p>"
    case .table(let record): return table(record, caption)
    case .figure: return ""
    }
  }

  private mutating func table(_ record: TableRecord, _ caption: String?) -> String {
    var words = ""
    if let caption {
      tableNumber += 1
      words = "<p class=\"caption\"><b>Table \(tableNumber).</b> \(caption)</p>\n"
    }
    return "<div class=\"table\">\n\(words)\(CommonMark.html(record.table.markdown()))</div>"
  }

  private mutating func figure(_ figures: [FigureRecord], _ caption: String?) -> String {
    figureNumber += 1
    let images = figures.map { figure in
      let width = Int((figure.inches * 96).rounded())
      return "<img src=\"\(address(figure))\" width=\"\(width)\""
        + " alt=\"\(HTML.escaped(figure.altText))\" />"
    }
    let words = caption.map { " \($0)" } ?? ""
    return "<figure id=\"figure-\(figureNumber)\">\n<div>\(images.joined(separator: "\n"))</div>\n"
      + "<figcaption><b>Figure \(figureNumber).</b>\(words)</figcaption>\n</figure>"
  }

  // MARK: Footer

  private var footer: String {
    var rows = report.provenance.map { key, value in
      "<tr><th>\(HTML.escaped(key))</th><td>\(HTML.escaped(value))</td></tr>"
    }
    rows += report.data.map { file in
      "<tr><th>data</th><td>\(HTML.escaped(file.path)), \(file.bytes) bytes, "
        + "SHA-256 \(file.sha256)</td></tr>"
    }
    return "<details>\n<summary>How this report was made</summary>\n<table>\n"
      + rows.joined(separator: "\n") + "\n</table>\n</details>"
  }
}
