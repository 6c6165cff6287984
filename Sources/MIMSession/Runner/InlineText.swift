import MIMScript

/// The text that stands for an inline value in prose.
enum InlineText {
  /// Numbers in their format; text without its quotes. Throws E618 for what has no short form.
  static func text(_ value: Value, _ inline: InlineValue) throws -> String {
    switch value {
    case .number(let number):
      guard let format = inline.format.flatMap({ NumberFormat(printf: $0) }) else {
        return value.shortText
      }
      return format.string(number)
    case .string(let text): return text
    // The column of a table with one row.
    case .list(let elements) where elements.count == 1: return try text(elements[0], inline)
    case .bool, .range, .list, .word: return value.shortText
    // A measure that the model can't have.
    case .none: return "–"
    case .table, .object:
      throw ScriptError(
        "E618",
        "`\(inline.name)` is \(value.typeName.withArticle), which cannot be shown in prose",
        at: inline.span, notes: fields(value))
    }
  }

  private static func fields(_ value: Value) -> [String] {
    guard case .object(let object) = value, !object.fieldNames.isEmpty else { return [] }
    return ["fields: " + object.fieldNames.joined(separator: " ")]
  }
}
