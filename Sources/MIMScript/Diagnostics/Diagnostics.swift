/// Lays out errors for people and for programs, in one place.
public enum Diagnostics {
  /// The text of an error: code and sentence, place, source line, caret with label, notes.
  /// - Parameters:
  ///   - width: columns of the terminal; long source lines are cut around the caret.
  ///   - color: whether to use terminal colours; the text is the same without.
  public static func render(_ error: ScriptError, width: Int = 100, color: Bool = false) -> String {
    ""
  }

  /// The error as `--json` and run.json hold it: code, line, column, message.
  public static func json(_ error: ScriptError) -> JSON { .null }
}

/// The paragraph behind each error code, for `help errors E301`. Every code is one line here.
public enum ErrorCatalog {
  /// The page of a code; nil for an unknown code.
  public static func explanation(of code: String) -> String? { nil }
}
