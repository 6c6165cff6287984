/// What a variable may be called.
package enum NameRule {
  /// Why a name can't be a variable's; nil: it can.
  package static func problem(with name: String, table: HostTable) -> String? {
    let tokens = Lexer.tokens(of: Source(name: "", text: name)).tokens
    guard tokens.count == 2, case .name(let text) = tokens[0].kind, text == name else {
      return "`\(name)` is no name: a name has letters, digits and _, and begins with a letter"
    }
    if Parser.keywords.contains(name) { return "`\(name)` is a word of the language" }
    if table.vocabulary.verbs.contains(name) { return "`\(name)` is a verb" }
    return nil
  }
}
