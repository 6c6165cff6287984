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

  /// By its place alone: hashing a whole text for each of its spans takes longer than most else that is done with one.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(firstLine)
    hasher.combine(cell)
  }
}

/// A range of UTF-8 offsets in one source.
public struct Span: Hashable, Sendable {
  /// The text the offsets count in.
  public let source: Source
  /// Half-open range of UTF-8 offsets into `source.text`.
  public let range: Range<Int>

  /// `range` counts UTF-8 bytes of `source.text` and lies within them.
  public init(_ source: Source, _ range: Range<Int>) {
    self.source = source
    self.range = range
  }
}

extension Span {
  /// The text it covers.
  public var text: String {
    let bytes = source.text.utf8
    let start = bytes.index(bytes.startIndex, offsetBy: min(range.lowerBound, bytes.count))
    let end = bytes.index(bytes.startIndex, offsetBy: min(range.upperBound, bytes.count))
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// From the beginning of this span to the end of another one in the same source.
  public func through(_ other: Span) -> Span {
    let lower = min(range.lowerBound, other.range.lowerBound)
    return Span(source, lower..<max(range.upperBound, other.range.upperBound))
  }
}
