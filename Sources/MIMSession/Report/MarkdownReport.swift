import MIMScript

/// report.md: GitHub-flavoured Markdown with links to the figure files.
struct MarkdownReport {
  private let report: Report

  init(_ report: Report) {
    self.report = report
  }

  var text: String {
    var parts: [String] = ["<!-- written by mim-repl \(programVersion); do not edit -->"]
    if let title = report.title, !report.hasOwnTitle { parts.append("# \(Report.escaped(title))") }
    if !report.byline.isEmpty { parts.append("*\(Report.escaped(report.byline))*") }
    if report.isQuick { parts.append("> **\(ReportWords.quick)**") }
    parts += report.banners.map(banner)
    parts += report.blocks.compactMap { block in
      switch block {
      case .prose(let text):
        MarkdownReport.trimmed(
          report.hasRemotePictures ? MarkdownReport.linkingPictures(text) : text)
      case .cell(let result): cell(result)
      }
    }
    parts.append(footer)
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// The prose with links in place of pictures, but for pictures that name a file: a viewer would load those from elsewhere.
  private static func linkingPictures(_ text: String) -> String {
    text.replacing(/!\[(?![^\]]*\]\(\s*<?(?!\/\/)(?![A-Za-z][A-Za-z0-9+.\-]*:))/, with: "[")
  }

  /// Without blank lines at its ends; nil when nothing is left.
  private static func trimmed(_ text: String) -> String? {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    while let line = lines.first, line.allSatisfy(\.isWhitespace) { lines.removeFirst() }
    while let line = lines.last, line.allSatisfy(\.isWhitespace) { lines.removeLast() }
    return lines.isEmpty ? nil : lines.joined(separator: "\n")
  }

  private func banner(_ banner: Report.Banner) -> String {
    let place = banner.cell.map { " in [cell `\($0)`](#cell-\($0))" } ?? ""
    return "> **\(ReportWords.failure)**\(place). \(Report.escaped(banner.text))"
  }

  // MARK: Cells

  private func cell(_ result: CellResult) -> String {
    var parts = ["<a id=\"cell-\(result.cell.name)\"></a>"]
    if result.cell.options.echo != .hidden, !result.cell.code.allSatisfy(\.isWhitespace) {
      parts.append(code(result.cell))
    }
    parts += outputs(result)
    if let error = result.error {
      parts.append(MarkdownReport.fenced(Diagnostics.render(error), "text"))
    }
    if let words = ReportWords.status(result.status) { parts.append("*\(words)*") }
    return MarkdownReport.indented(parts.joined(separator: "\n\n"), by: result.cell.prefix)
  }

  private func code(_ cell: NotebookCell) -> String {
    let block = MarkdownReport.fenced(MarkdownReport.trimmed(cell.code) ?? "", "mim")
    guard cell.options.echo == .fold else { return block }
    return "<details><summary>code</summary>\n\n\(block)\n\n</details>"
  }

  private func outputs(_ result: CellResult) -> [String] {
    var parts = result.outputs.map { output in
      switch output {
      case .text(let lines): MarkdownReport.fenced(lines.joined(separator: "\n"), "text")
      case .note(let text): "*\(Report.escaped(text))*"
      case .file(let name, let text):
        "*[\(Report.escaped(text))](<\(HTML.relativeAddress(of: name))>)*"
      case .table(let table): table.table.markdown()
      case .figure(let figure):
        "![\(Report.escaped(figure.altText))](\(MarkdownReport.link(figure.shownFile)))"
      }
    }
    if let caption = result.cell.options.caption {
      let caption = "*\(Report.escaped(caption))*"
      if result.figures.isEmpty, !result.tables.isEmpty {
        parts.insert(caption, at: 0)
      } else {
        parts.append(caption)
      }
    }
    return parts
  }

  private var footer: String {
    let rows = report.provenance.map { "- \($0.key): \(Report.escaped($0.value))" }
    let data = report.data.map {
      "- data: `\($0.path)`, \($0.bytes) bytes, SHA-256 \($0.sha256)"
    }
    return "---\n\n" + (rows + data).joined(separator: "\n")
  }

  // MARK: Markdown

  /// A fenced block whose fence is longer than any in the text.
  private static func fenced(_ text: String, _ info: String) -> String {
    var longest = 2
    var run = 0
    for character in text {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    return "\(fence)\(info)\n\(text)\n\(fence)"
  }

  private static func link(_ path: String) -> String {
    path.contains(where: { " ()<>".contains($0) }) ? "<\(path)>" : path
  }

  /// Puts a cell of a list item back under its marker.
  private static func indented(_ text: String, by prefix: String) -> String {
    guard !prefix.isEmpty else { return text }
    let margin = String(repeating: " ", count: prefix.count)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().map { index, line in
      index == 0 ? prefix + line : line.isEmpty ? "" : margin + line
    }.joined(separator: "\n")
  }
}

/// Words that both reports use.
enum ReportWords {
  static let quick =
    "Quick run: epochs, samples and seeds were reduced for a smoke test. These are not results."
  static let failure = "This run did not finish cleanly"

  static func status(_ status: CellResult.Status) -> String? {
    switch status {
    case .ok, .failed: nil
    case .expectedError: "This error was expected."
    case .interrupted: "Stopped here."
    case .notRun: "Not run."
    case .skipped: "Not run: the cell says run: false."
    }
  }
}
