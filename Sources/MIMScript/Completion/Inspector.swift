/// Says what a word in a text is, for who points at it: the help on a verb, a word or an option, a field's line, what a name holds.
package struct Inspector: Sendable {
  private let table: HostTable
  private let names: [String: KnownName]

  /// - Parameter names: what is known of the names at the place (`Checker.names`).
  package init(table: HostTable, expecting names: [String: StaticValue]) {
    self.table = table
    self.names = names.mapValues(KnownName.expected)
  }

  /// The word at a UTF-8 offset, and lines about it. Nil where there is no word, and for a word of which nothing is known.
  /// - Parameter isVariable: whether a variable is bound or read there.
  package func inspect(
    _ source: Source, at offset: Int, isVariable: Bool
  ) -> (range: Range<Int>, lines: [String])? {
    let tokens = Lexer.tokens(of: source).tokens
    guard
      let place = tokens.firstIndex(where: {
        if case .name = $0.kind {
          $0.range.lowerBound <= offset && offset <= $0.range.upperBound
        } else {
          false
        }
      }), case .name(let word) = tokens[place].kind
    else { return nil }
    let context = CompletionContext(Array(tokens[..<place]))
    let follows = place + 1 < tokens.count ? tokens[place + 1].kind : .end
    let lines: [String]? =
      if let path = context.pathBeforeDot {
        field(word, of: path)
      } else if isVariable {
        variable(word)
      } else if follows == .symbol(.assign), let option = option(word, context) {
        option
      } else {
        table.help(for: [word])
      }
    return lines.map { (tokens[place].range, $0) }
  }

  private func variable(_ name: String) -> [String] {
    guard let known = names[name] else { return [name] }
    let type = known.typeName
    let fields = known.fieldNames(table)
    return [type.isEmpty ? name : "\(name): \(type)"]
      + (fields.isEmpty ? [] : ["fields:  " + fields.map { ".\($0)" }.joined(separator: " ")])
  }

  private func field(_ name: String, of path: [String]) -> [String]? {
    guard let first = path.first, var owner = names[first] else { return nil }
    for part in path.dropFirst() {
      guard let next = owner.field(part, table) else { return nil }
      owner = next
    }
    let kind = table.kind(owner.typeName)
    let isColumn = owner.columnNames?.contains(name) == true
    // Measures and columns: each object has its own.
    if isColumn || kind == nil, kind?.fields.contains(where: { $0.name == name }) != true {
      let type = owner.typeName
      return [".\(name)" + (type.isEmpty ? "" : "  of \(type.withArticle)")]
        + (table.help(for: [name]) ?? [])
    }
    let doc = kind?.fields.first { $0.name == name }?.doc
    guard let type = owner.field(name, table)?.typeName else {
      return doc.map { [".\(name)  \($0)"] }
    }
    return [
      [".\(name)", doc, type.isEmpty ? nil : "(\(type))"].compactMap { $0 }.joined(separator: "  ")
    ]
  }

  private func option(_ name: String, _ context: CompletionContext) -> [String]? {
    guard let call = context.call else { return nil }
    let owner =
      table[call.name].map { $0.options + $0.positional }
      ?? table.allWords.first { $0.name == call.name }?.parameters
    guard let parameter = owner?.first(where: { $0.name == name }) else { return nil }
    return ["\(call.name) … \(parameter.helpText)", parameter.documentation]
  }
}
