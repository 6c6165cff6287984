import MIMModels
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

extension CodingUserInfoKey {
  /// For keys of contents: a statement counts, its place doesn't.
  static let leavesOutPlaces = named("mim.leaves-out-places")
}

extension Provenance: Codable {
  private enum CodingKeys: String, CodingKey { case statement, line, source }

  /// Reads it; a statement that stands on another line by now is found there.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    statement = try container.decode(String.self, forKey: .statement)
    if let span = try Restorer.of(decoder).place(of: statement) {
      (line, source) = (span.line, span.source.name)
    } else {
      line = try container.decode(Int.self, forKey: .line)
      source = try container.decode(String.self, forKey: .source)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(statement, forKey: .statement)
    guard encoder.userInfo[.leavesOutPlaces] == nil else { return }
    try container.encode(line, forKey: .line)
    try container.encode(source, forKey: .source)
  }
}
