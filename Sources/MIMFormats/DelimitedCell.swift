/// A cell of comma-separated values (RFC 4180).
package enum DelimitedCell {
  /// `text`, in quotes where it holds the separator, a quote or a line break.
  package static func quoted(_ text: String, separator: Character = ",") -> String {
    guard text.contains(where: { $0 == separator || $0 == "\"" || $0.isNewline }) else {
      return text
    }
    let doubled = text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"")
    return "\"\(doubled)\""
  }
}
