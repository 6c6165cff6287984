/// What stands in a table where nobody knows the value.
enum MissingText {
  /// As R, Python, SQL and Weka write it, in lower case; nothing at all, too.
  private static let all: Set<String> = ["", "na", "n/a", "#n/a", "nan", "null", "?"]

  /// Whether a cell, without blanks around it, is one of them.
  static func isOne(_ text: String) -> Bool {
    // Longer ones are none, and most cells are longer.
    text.utf8.count <= 4 && all.contains(text.lowercased())
  }
}
