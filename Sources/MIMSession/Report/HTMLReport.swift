import Foundation
import MIMScript

/// report.html: one file with its pictures inside and no scripts.
struct HTMLReport {
  private let report: Report
  private var figureNumber = 0
  private var tableNumber = 0
  /// The table of contents as HTML, where there is one.
  private var contents: String?
  /// Gives the address of a picture.
  private let address: (FigureRecord) -> String
  /// Whether the pictures are in the page.
  private let isOneFile: Bool

  /// - Parameter address: of a picture; nil: the picture is in the page.
  init(_ report: Report, address: ((FigureRecord) -> String)? = nil) {
    self.report = report
    self.address = address ?? { HTMLReport.data($0.png) }
    isOneFile = address == nil
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
    let main = copy.body()
    let header = [header(title), copy.contents].compactMap { $0 }.joined(separator: "\n")
    return Parts(
      title: title, header: header, main: main, footer: footer, isQuick: report.isQuick)
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
    var found = FormulaFinder.Found(mark: FormulaFinder.mark(for: prose), formulas: [])
    for block in report.blocks {
      switch block {
      case .prose(let text):
        let marked = FormulaFinder.marked(text, with: found.mark, after: found.formulas)
        markdown += marked.text
        found = marked.found
      case .cell(let result):
        markdown += "\n\(result.cell.prefix)\(mark)\(cells.count)x\n\n"
        cells.append(section(result))
      }
    }
    let html = FormulaFinder.filled(CommonMark.html(markdown) { report.pictures[$0] }, found)
    let numbered = Contents.numbered(html, hasOwnTitle: report.hasOwnTitle)
    contents = numbered.table
    return HTMLReport.fill(numbered.html, mark: mark, cells)
  }

  private var prose: [String] {
    report.blocks.compactMap { if case .prose(let text) = $0 { text } else { nil } }
  }

  /// A word that the prose does not hold.
  private var slotMark: String {
    var mark = "mimcellslot"
    while prose.contains(where: { $0.contains(mark) }) { mark += "y" }
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
      parts.append(HTMLReport.block(HTML.escaped(Diagnostics.render(error)), kind))
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
    let block = HTMLReport.block("<code>\(code)</code>", "code")
    guard cell.options.echo == .fold else { return [block] }
    return ["<details class=\"fold\"><summary>code</summary>\(block)</details>"]
  }

  private mutating func outputs(_ result: CellResult) -> [String] {
    var parts: [String] = []
    var figures: [FigureRecord] = []
    let caption = result.cell.options.caption.map { Formula.html(of: $0) }
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
      return HTMLReport.block(HTML.escaped(lines.joined(separator: "\n")), "output")
    case .note(let text): return "<p class=\"note\">\(HTML.escaped(text))</p>"
    case .file(let name, let text):
      let link = "<a href=\"\(fileAddress(name))\">\(HTML.escaped(text))</a>"
      return "<p class=\"note\">\(link)</p>"
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
    return "<div class=\"table\" tabindex=\"0\">\n\(words)"
      + "\(TableHTML.html(record.table))</div>"
  }

  /// Lines as they are. Long ones are reached with the arrow keys.
  private static func block(_ html: String, _ kind: String) -> String {
    "<pre class=\"\(kind)\" tabindex=\"0\">\(html)</pre>"
  }

  private mutating func figure(_ figures: [FigureRecord], _ caption: String?) -> String {
    figureNumber += 1
    let images = figures.map { figure in
      let width = Int((figure.inches * 96).rounded())
      let image =
        "<img src=\"\(address(figure))\" width=\"\(width)\""
        + " alt=\"\(HTML.escaped(figure.altText))\" />"
      guard isOneFile, let narrow = figure.narrow else { return image }
      return "<picture><source media=\"(max-width: 40rem)\" srcset=\""
        + "\(HTMLReport.data(narrow))\" />\(image)</picture>"
    }
    let words = (caption.map { " \($0)" } ?? "") + maps(figures)
    return "<figure id=\"figure-\(figureNumber)\">\n<div>\(images.joined(separator: "\n"))</div>\n"
      + "<figcaption><b>Figure \(figureNumber).</b>\(words)</figcaption>\n</figure>"
  }

  /// Links to the maps that were saved beside the report.
  private func maps(_ figures: [FigureRecord]) -> String {
    figures.flatMap(\.maps).map { file in
      " <a href=\"\(fileAddress(file))\">To look around in: \(HTML.escaped(file))</a>"
    }.joined()
  }

  /// The address of a file of the output folder, for an attribute.
  private func fileAddress(_ name: String) -> String {
    let address = HTML.relativeAddress(of: name)
    return HTML.escaped(isOneFile ? address : "./\(LivePage.files)\(address.dropFirst(2))")
  }

  private static func data(_ png: [UInt8]) -> String {
    "data:image/png;base64,\(Data(png).base64EncodedString())"
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
