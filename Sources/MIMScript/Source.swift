/// A piece of program text and where it came from: a prompt entry, `-c`, a file, a notebook cell.
public struct Source: Hashable, Sendable {
  /// What error messages call it: `fig2.mimnb`, `<prompt>`, `-c`, `<stdin>`.
  public let name: String
  /// The program text.
  public let text: String
  /// The line of the enclosing file on which `text` begins, counted from 1.
  public let firstLine: Int
  /// The label of the notebook cell that holds it, if any.
  public let cell: String?

  /// Makes a source; `firstLine` and `cell` matter for notebook cells only.
  public init(name: String, text: String, firstLine: Int = 1, cell: String? = nil) {
    self.name = name
    self.text = text
    self.firstLine = firstLine
    self.cell = cell
  }
}

/// A range of UTF-8 offsets in one source.
public struct Span: Hashable, Sendable {
  /// The text the offsets count in.
  public let source: Source
  /// Half-open range of UTF-8 offsets into `source.text`.
  public let range: Range<Int>

  /// Makes a span.
  public init(_ source: Source, _ range: Range<Int>) {
    self.source = source
    self.range = range
  }
}
