import MIMCPU
import MIMModels
import MIMScript
import MIMTensor

/// What a report is made from: a notebook and the results of its cells.
struct ReportContent {
  var loaded: LoadedNotebook
  var settings: SessionSettings
  var vocabulary: Vocabulary
  var results: [CellResult]
  var inlineTexts: [Span: InlineText] = [:]
  var failedInline: [ScriptError] = []
  var failedRowCount = 0
  var dataFiles: [DataFile] = []
  /// What should have been written and is not.
  var losses: [String] = []
}

extension NotebookRunner {
  /// What the report of this run is made from.
  var content: ReportContent {
    ReportContent(
      loaded: loaded, settings: session.context.settings, vocabulary: session.table.vocabulary,
      results: results, inlineTexts: inlineTexts, failedInline: failedInline,
      failedRowCount: session.failedRowCount, dataFiles: session.context.dataFiles,
      losses: session.context.losses)
  }
}

/// What a report says, before it is Markdown or HTML.
struct Report {
  /// Prose with its values filled in, or a cell with its results.
  enum Block {
    case prose(String)
    case cell(CellResult)
  }

  /// What went wrong, for the banner on top.
  struct Banner {
    let text: String
    /// The cell to jump to.
    let cell: String?
  }

  let title: String?
  /// What the browser's tab says.
  let shortTitle: String
  let byline: String
  let blocks: [Block]
  let banners: [Banner]
  let isQuick: Bool
  /// The last lines: how the report was made.
  let provenance: [(key: String, value: String)]
  let data: [DataFile]
  /// The notebook's own pictures as data URIs, by their URLs in the prose.
  let pictures: [String: String]
  /// Whether the prose has pictures from elsewhere, which no report loads.
  let hasRemotePictures: Bool
  /// Why pictures are missing.
  let pictureProblems: [ScriptError]
  let vocabulary: Vocabulary
  /// The notebook's front matter as it was written; nil without one.
  let frontMatter: FrontMatterText?

  init(_ run: ReportContent) {
    self.frontMatter = run.loaded.notebook.frontMatter
    let frontMatter = run.loaded.frontMatter
    let settings = run.settings
    var results = run.results.makeIterator()
    blocks = run.loaded.notebook.blocks.compactMap { block in
      switch block {
      case .prose(let prose): .prose(Report.filled(prose, run.inlineTexts))
      case .cell: results.next().map { .cell($0) }
      }
    }
    title = frontMatter.title
    shortTitle = frontMatter.title ?? FileText.stem(run.loaded.path)
    byline = (frontMatter.authors + (frontMatter.date.map { [$0] } ?? [])).joined(separator: " · ")
    isQuick = settings.quick
    provenance = Report.provenance(run, settings)
    data = run.dataFiles
    let path = run.loaded.path
    let prose = blocks.compactMap { if case .prose(let text) = $0 { text } else { nil } }
    let urls = Set(CommonMark.pictureURLs(prose.joined()))
    hasRemotePictures = urls.contains { $0.contains(":") || $0.hasPrefix("//") }
    (pictures, pictureProblems) = Report.pictures(
      urls, in: path.lastIndex(of: "/").map { String(path[...$0]) } ?? "", settings.access)
    banners =
      Report.banners(run)
      + pictureProblems.map { Banner(text: "\($0.code): \($0.message)", cell: nil) }
    vocabulary = run.vocabulary
  }

  private static func pictures(
    _ urls: Set<String>, in folder: String, _ access: FileAccess?
  ) -> ([String: String], [ScriptError]) {
    var pictures: [String: String] = [:]
    var problems: [ScriptError] = []
    for url in urls.sorted() {
      do {
        pictures[url] = try HTML.dataURI(url, relativeTo: folder, access)
      } catch let error as ScriptError {
        problems.append(error)
      } catch {}
    }
    return (pictures, problems)
  }

  /// Whether the prose begins with the title.
  var hasOwnTitle: Bool {
    guard case .prose(let text)? = blocks.first,
      let line = text.split(separator: "\n").first(where: { !$0.allSatisfy(\.isWhitespace) }),
      line.hasPrefix("# ")
    else { return false }
    return title == nil || CommonMark.headings(String(line)).first?.text == title
  }

  private static func provenance(
    _ run: ReportContent, _ settings: SessionSettings
  ) -> [(String, String)] {
    var rows = [
      ("program", "mim-repl \(programVersion), \(engineBackend)"),
      ("notebook", "\(run.loaded.notebook.source.name), SHA-256 \(run.loaded.hash)"),
      ("seed", "\(settings.seed)"), ("threads", "\(settings.threads)"),
      ("instruction set", InstructionSet.inUse.title),
    ]
    let params = run.loaded.frontMatter.params
    if !params.isEmpty {
      let list = params.map { "\($0.name) = \($0.value.shortText)" }
      rows.append(("parameters", list.joined(separator: ", ")))
    }
    return rows
  }

  private static func banners(_ run: ReportContent) -> [Banner] {
    var banners = run.results.compactMap { result -> Banner? in
      if result.status == .interrupted, result.error == nil {
        return Banner(
          text: "it was stopped, and what follows stands on its partial results",
          cell: result.cell.name)
      }
      guard let error = result.error, result.status != .expectedError else { return nil }
      return Banner(text: "\(error.code): \(error.message)", cell: result.cell.name)
    }
    banners += run.failedInline.map { Banner(text: "\($0.code): \($0.message)", cell: nil) }
    banners += run.losses.map { Banner(text: "not written: \($0)", cell: nil) }
    if run.failedRowCount > 0 {
      banners.append(Banner(text: "\(run.failedRowCount) sweep rows failed", cell: nil))
    }
    return banners
  }

  // MARK: Inline values

  /// Prose with inline values replaced; a value that never came says so. One with a caveat gets a mark, and a note below the prose.
  private static func filled(_ prose: Prose, _ texts: [Span: InlineText]) -> String {
    var notes: [String] = []
    let marks = prose.inlineValues.map { value -> String in
      guard let caveat = texts[value.span]?.caveat else { return "" }
      let note = "\(escaped(value.name)): \(escaped(caveat))"
      let place = notes.firstIndex(of: note) ?? notes.count
      if place == notes.count { notes.append(note) }
      return Table.noteMark(place)
    }
    var bytes = Array(prose.text.utf8)
    for (value, mark) in zip(prose.inlineValues, marks).reversed() {
      let text =
        texts[value.span].map { escaped($0.text) + mark } ?? "*\(escaped(value.name)): not run*"
      bytes.replaceSubrange(value.range, with: text.utf8)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    guard !notes.isEmpty else { return text }
    let lines = notes.enumerated().map { "\(Table.noteMark($0.offset)) \($0.element)" }
    return text + (text.hasSuffix("\n") ? "\n" : "\n\n") + lines.joined(separator: "  \n") + "\n"
  }

  /// Text that Markdown takes literally.
  static func escaped(_ text: String) -> String {
    String(text.flatMap { "\\`*_[]<>&|~#!$".contains($0) ? ["\\", $0] : [$0] })
  }
}

/// What computes, as run.json and reports name it.
let engineBackend = "oneDNN on the CPU"
