import MIMScript

/// What stands for an inline value in prose.
struct InlineText: Sendable, Equatable {
  /// The value as text.
  let text: String
  /// Why its number can't be relied on; nil where nothing speaks against it.
  var caveat: String?

  /// Numbers in their format, also those of a list; text without its quotes. Throws E618 for what has no short form, E608 for a format
  /// that doesn't fit.
  static func text(_ value: Value, _ inline: InlineValue) throws -> String {
    switch value {
    // The column of a table with one row.
    case .list(let elements) where elements.count == 1: return try text(elements[0], inline)
    // A measure that the model can't have.
    case .none: return "–"
    case .table: throw refusal(value.typeName, [], inline)
    case .object(let object): throw refusal(value.typeName, object.fieldNames, inline)
    case .bool, .number, .string, .range, .list, .word:
      guard let format = inline.format.flatMap({ NumberFormat(printf: $0) }) else {
        if case .string(let text) = value { return text }
        return value.shortText
      }
      return try formatted(value, format, inline)
    }
  }

  private static func formatted(
    _ value: Value, _ format: NumberFormat, _ inline: InlineValue
  ) throws -> String {
    switch value {
    case .number(let number): return format.string(number)
    case .none: return "–"
    case .list(let elements):
      let texts = try elements.map { try formatted($0, format, inline) }
      return "[" + texts.joined(separator: ", ") + "]"
    case .bool, .string, .range, .word, .table, .object:
      throw ScriptError(
        "E608",
        "`\(inline.format ?? "")` is for numbers, and `\(inline.name)` is or holds "
          + value.typeName.withArticle, at: inline.span, notes: ["leave the format out"])
    }
  }

  private static func refusal(
    _ type: String, _ fields: [String], _ inline: InlineValue
  ) -> ScriptError {
    ScriptError(
      "E618", "`\(inline.name)` is \(type.withArticle), which cannot be shown in prose",
      at: inline.span, notes: fields.isEmpty ? [] : ["fields: " + fields.joined(separator: " ")])
  }

  /// What is wrong with an inline value as far as it is known before the run.
  /// - Parameter checker: what is known of names at its place.
  static func error(_ inline: InlineValue, _ checker: Checker) -> ScriptError? {
    do {
      switch try checker.value(ofPath: inline.path, at: inline.span) {
      case nil, .unknown: return nil
      case .known(let value): _ = try text(value, inline)
      case .object(let type, _):
        let kind = checker.table.objects.first { $0.typeName == type }
        throw refusal(type, kind?.fields.map(\.name) ?? [], inline)
      }
      return nil
    } catch {
      var error = error as? ScriptError ?? ScriptError("E618", "\(error)", at: inline.span)
      error.kind = .check
      return error
    }
  }
}
