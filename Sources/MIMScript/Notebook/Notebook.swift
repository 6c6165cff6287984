// The `.mimnb` format.
//
// 1. A notebook is UTF-8 CommonMark. A byte order mark is allowed; line ends may be LF or CRLF.
// 2. It may begin with front matter between two `---` lines: a flat subset of YAML.
// 3. A fenced block whose info string is exactly `mim` is a cell and runs; nothing else runs.
//    Fences follow CommonMark: three or more backticks or tildes, closed by at least as many of
//    the same kind, indented at most three columns (inside a list: beyond the item's text).
//    What stands inside a longer fence, an HTML comment or a block quote is not a cell.
// 4. `#| key: value` lines at the head of a cell are its options, and nowhere else.
// 5. `` `{mim} name.field` `` in prose stands for a value, `` `{mim} name.field %.2f` `` for a
//    value in a printf format.

/// A literate program: prose and cells in the order of the file.
public struct Notebook: Sendable {
  /// The whole file with LF line ends; spans of notebook errors count in it.
  public let source: Source
  /// The text between the `---` lines.
  public let frontMatter: FrontMatterText?
  /// Prose and cells, top to bottom.
  public let blocks: [Block]

  /// A piece of a notebook.
  public enum Block: Sendable {
    case prose(Prose)
    case cell(NotebookCell)
  }

  package init(source: Source, frontMatter: FrontMatterText?, blocks: [Block]) {
    self.source = source
    self.frontMatter = frontMatter
    self.blocks = blocks
  }

  /// The cells alone, top to bottom.
  public var cells: [NotebookCell] {
    blocks.compactMap { if case .cell(let cell) = $0 { cell } else { nil } }
  }

  /// The inline values of all prose, top to bottom.
  public var inlineValues: [InlineValue] {
    blocks.flatMap { block -> [InlineValue] in
      if case .prose(let prose) = block { prose.inlineValues } else { [] }
    }
  }
}

/// The text between the `---` lines at the start of a notebook.
public struct FrontMatterText: Sendable {
  /// The YAML text.
  public let text: String
  /// The line of the file on which it begins, counted from 1.
  public let firstLine: Int
}

/// Markdown between cells.
public struct Prose: Sendable {
  /// The lines, each with its line end.
  public let text: String
  /// The line of the file on which it begins, counted from 1.
  public let firstLine: Int
  /// The inline values in it, in order.
  public let inlineValues: [InlineValue]
}

/// `` `{mim} s.mi %.2f` `` in prose: a name with fields and perhaps a printf format.
public struct InlineValue: Sendable {
  /// UTF-8 offsets of the whole code span in the prose's text, backticks included.
  public let range: Range<Int>
  /// The name and the fields after it: `["s", "mi"]`.
  public let path: [String]
  /// The printf format for numbers, if any: `%.2f`.
  public let format: String?
  /// Its position in the file.
  public let span: Span

  /// The value as written: `s.mi`.
  public var name: String { path.joined(separator: ".") }
}

/// A fenced block that runs.
public struct NotebookCell: Sendable {
  /// The position among the cells, counted from 1.
  public let number: Int
  /// Its label, or `cell-3` when it has none.
  public let name: String
  /// The text between the fences, options included (they are comments to the language).
  public let source: Source
  /// The line of the opening fence, counted from 1.
  public let fenceLine: Int
  /// The text before the fence on its line: spaces, or a list marker.
  public let prefix: String
  /// The options at its head.
  public let options: CellOptions
  /// The position of the opening fence in the file.
  public let span: Span

  /// The label that random streams carry; empty without one.
  public var streamLabel: String { options.label ?? "" }

  /// The code without its option lines.
  public var code: String {
    let lines = source.text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.drop { $0.hasPrefix("#|") }.joined(separator: "\n")
  }
}

/// Everything that is wrong with a notebook's form, in the order of the file.
public struct NotebookErrors: Error, Sendable {
  /// At least one error, each with its place.
  public let errors: [ScriptError]

  /// Collects errors. Precondition: there is at least one.
  public init(errors: [ScriptError]) {
    precondition(!errors.isEmpty, "no error to report")
    self.errors = errors
  }
}
