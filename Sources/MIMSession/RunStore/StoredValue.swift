import Foundation
import MIMScript

/// A value of a table's cell as a run store keeps it: reading gives back exactly what was written.
struct StoredValue: Codable {
  /// `none`, `bool`, `number`, `text`, `word`, `list`.
  let kind: String
  /// Numbers unrounded; lists as JSON.
  let text: String

  init(kind: String, text: String) {
    self.kind = kind
    self.text = text
  }

  init(_ value: Value) {
    switch value {
    case .none: self.init(kind: "none", text: "")
    case .bool(let flag): self.init(kind: "bool", text: flag ? "true" : "false")
    case .number(let number): self.init(kind: "number", text: Self.exact(number))
    case .string(let text): self.init(kind: "text", text: text)
    case .list(let elements):
      let data = try? JSONEncoder().encode(elements.map(StoredValue.init))
      self.init(kind: "list", text: String(decoding: data ?? Data("[]".utf8), as: UTF8.self))
    case .word(let word): self.init(kind: "word", text: word.text)
    default: self.init(kind: "text", text: value.shortText)
    }
  }

  /// The value.
  var value: Value {
    switch kind {
    case "none": .none
    case "bool": .bool(text == "true")
    case "number": .number(Double(text) ?? .nan)
    case "word": .word(WordCall(text))
    case "list":
      .list(
        ((try? JSONDecoder().decode([StoredValue].self, from: Data(text.utf8))) ?? [])
          .map(\.value))
    default: .string(text)
    }
  }

  /// The value; nil where the text is none of the kind.
  var checkedValue: Value? {
    switch kind {
    case "none": text.isEmpty ? Value.none : nil
    case "bool": ["true", "false"].contains(text) ? .bool(text == "true") : nil
    case "number": Double(text).map { .number($0) }
    case "word": .word(WordCall(text))
    case "list":
      (try? JSONDecoder().decode([StoredValue].self, from: Data(text.utf8))).flatMap { elements in
        let values = elements.compactMap(\.checkedValue)
        return values.count == elements.count ? .list(values) : nil
      }
    case "text": .string(text)
    default: nil
    }
  }

  /// The number, for queries.
  var number: Double? {
    kind == "number" ? Double(text).flatMap { $0.isFinite ? $0 : nil } : nil
  }

  /// Digits that read back to the same bits.
  private static func exact(_ number: Double) -> String { "\(number)" }
}
