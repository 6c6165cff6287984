import MIMScript

/// Where a value came from: the statement that made it, for error notes and figure recipes.
struct Provenance: Sendable {
  /// The statement's text.
  let statement: String
  /// Its line, counted from 1 in its file.
  let line: Int
  /// What the source is called: `fig2.mimnb`, `<prompt>`.
  let source: String

  /// Takes the place of a call.
  init(_ call: HostCall) {
    statement = call.statement
    line = call.span.line
    source = call.span.source.name
  }

  /// `line 12: model mim mnist z=20`
  var text: String { Provenance.text(statement, line: line) }

  static func text(_ statement: String, line: Int) -> String {
    let first = statement.split(separator: "\n", omittingEmptySubsequences: true).first ?? ""
    return "line \(line): \(first.count > 60 ? first.prefix(59) + "…" : first)"
  }
}

extension Span {
  /// The line on which it begins, counted in the enclosing file.
  var line: Int {
    source.firstLine + source.text.utf8.prefix(range.lowerBound).count { $0 == UInt8(ascii: "\n") }
  }
}
