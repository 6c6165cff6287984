/// Where a value stands, for the words of an error about it.
struct Place {
  /// The verb or word.
  let owner: String
  let parameter: Parameter
  /// Whether it was written without its name.
  let isPositional: Bool
  /// The columns that column places take here; nil: not known.
  var columns: [String]?
  /// Whether they may become known when the statement runs, as something without a name is not known before.
  var columnsComeLater = false

  /// The error for a value that is not allowed here.
  func mistake(_ value: Value, _ refusal: Acceptance.Refusal, at span: Span) -> ScriptError {
    let found: String =
      switch value {
      case .number, .bool, .none, .range, .word: value.shortText
      case .string(let text) where text.count <= 40: value.quotedText
      default: value.typeName.withArticle
      }
    let written = span.text
    var notes: [String] = []
    // A field or name may hold something else than one thinks: z.z is the number of units.
    if case .number = value, Double(written) == nil { notes.append("`\(written)` is \(found)") }
    if parameter.type.acceptsColumn, let columns { notes.append(Self.list(columns)) }
    return ScriptError(
      refusal.code, "\(description) takes \(refusal.wanted), not \(found)", kind: .check, at: span,
      label: refusal.label, notes: notes)
  }

  /// The error for an object of a type that is not allowed here, of which no more is known.
  func mistake(objectOf found: String, _ type: ParameterType, at span: Span) -> ScriptError {
    ScriptError(
      "E201", "\(description) takes \(type.wanted), not \(found.withArticle)", kind: .check,
      at: span)
  }

  /// "`data` of train", "`epochs`".
  private var description: String {
    isPositional ? "`\(parameter.name)` of \(owner)" : "`\(parameter.name)`"
  }

  // MARK: Words and columns

  /// Whether a bare name is a column here: known columns come first, then variables, and where
  /// nothing is known any other name.
  func takesColumn(_ name: String, isBound: Bool) -> Bool {
    guard let columns else { return !isBound }
    return columns.contains(name)
  }

  /// The error for an unbound bare name in a word or column place.
  func unknownWord(_ name: String, _ type: ParameterType, at span: Span) -> ScriptError? {
    let words = type.offeredWords.map(\.name)
    if type.acceptsColumn, let columns {
      return unknownColumn(name, columns + words, at: span)
    }
    guard !words.isEmpty, !type.acceptsAnything else { return nil }
    let shown = words.prefix(16).joined(separator: " ") + (words.count > 16 ? " …" : "")
    let here = isPositional ? "" : " for `\(parameter.name)`"
    return ScriptError(
      "E104", "\(owner) does not know `\(name)`\(here)", kind: .check, at: span,
      label: Suggestions.label(for: name, in: words), notes: ["choose from: \(shown)"],
      fixes: Suggestions.fixes(for: name, in: words))
  }

  private static func list(_ columns: [String]) -> String {
    "columns: " + columns.prefix(24).joined(separator: " ")
  }

  func unknownColumn(_ name: String, _ columns: [String], at span: Span) -> ScriptError {
    ScriptError(
      "E109", "there is no column `\(name)`", kind: .check, at: span,
      label: Suggestions.label(for: name, in: columns),
      notes: [Self.list(columns)],
      fixes: Suggestions.fixes(for: name, in: columns))
  }

  /// The errors for columns that don't exist, where it is known which do.
  func unknownColumns(_ value: Value, _ type: ParameterType, at span: Span) -> [ScriptError] {
    guard type.acceptsColumn, type.words.isEmpty, let columns else { return [] }
    let names: [Value] = if case .list(let names) = value { names } else { [value] }
    return names.compactMap { name in
      guard case .string(let name) = name, !columns.contains(name) else { return nil }
      return unknownColumn(name, columns, at: span)
    }
  }
}
