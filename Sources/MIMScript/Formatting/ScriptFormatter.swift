/// Lays out program text in the one canonical style. Only blanks and line ends change: the tokens, and with them the syntax tree and the
/// keys of kept results, stay what they are, and so do comments.
///
/// - One blank between words, around operators and around the `=` that binds a name; none around the `=` of an option, around `^`, `..`
///   and the dot of a field, and inside ( ) and [ ].
/// - Lines stay where they were broken. A block that takes several lines has its braces at line ends; what stands in it is indented by two
///   columns. Broken lines in ( ) and [ ] begin below what follows the bracket, or two columns in where the bracket ends its line.
/// - At most one empty line, none at the beginning or end of a text or a block.
/// - Comments behind code begin in the same column up to the next empty line, at least two blanks behind the code.
public enum ScriptFormatter {
  /// The text in the canonical layout, with a line end behind its last line.
  /// - Throws: the mistakes that keep the text from being read; what the checks would find doesn't matter here.
  public static func format(
    _ source: Source, vocabulary: Vocabulary
  ) throws(NotebookErrors) -> String {
    let parsed = Parser.parse(source, vocabulary: vocabulary)
    guard parsed.errors.isEmpty else { throw NotebookErrors(errors: parsed.errors) }
    let pieces = LayoutPiece.pieces(of: source)
    var layout = Layout(pieces, LayoutFacts(parsed.program, pieces))
    let text = layout.text()
    guard pieces.map(\.text) == LayoutPiece.pieces(of: Source(name: "", text: text)).map(\.text)
    else {
      // Never seen; but code must not be lost.
      throw NotebookErrors(errors: [
        ScriptError(
          "E990", "this text could not be laid out without changing it", kind: .check,
          at: Span(source, 0..<0), notes: ["please report it with the text"])
      ])
    }
    return text
  }
}

extension Statement {
  /// The code in the canonical layout, without comments and empty lines: equal for statements that differ in their layout only, apart from
  /// where lines are broken.
  public var plainText: String {
    let start = span.range.lowerBound
    let pieces = LayoutPiece.pieces(of: Source(name: "", text: span.text)).filter { !$0.isComment }
      .map { $0.moved(by: start) }
    var layout = Layout(pieces, LayoutFacts(Program(statements: [self]), pieces))
    return String(layout.text().dropLast())
  }
}
