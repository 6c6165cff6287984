import Foundation

/// Components as text, `vampprior(500, init=normal(0.05, 0.01))`: how messages and tables show them, and how files of the first
/// version hold them.
enum ComponentText {
  static func text(
    _ word: String, _ values: ArgumentValues, _ arguments: [ComponentArgument]
  ) -> String {
    let parts = arguments.compactMap { argument in
      values.values[argument.name].map { value in
        (argument.isNamed ? "\(argument.name)=" : "") + text(value, argument.type)
      }
    }
    return arguments.isEmpty ? word : "\(word)(\(parts.joined(separator: ", ")))"
  }

  /// A value whose type isn't at hand.
  static func text(_ value: ArgumentValue) -> String { text(value, nil) }

  static func text(_ number: Double) -> String { "\(number)" }

  private static func text(_ value: ArgumentValue, _ type: ArgumentType?) -> String {
    switch value {
    case .integer(let number): return "\(number)"
    case .number(let number): return text(number)
    case .integers(let numbers): return numbers.map(String.init).joined(separator: ", ")
    case .word(let word, let values):
      let words: [ArgumentWord] =
        switch type {
        case .word(let words), .trainingItems(let words): words
        default: []
        }
      let known = words.first { $0.name == word }?.arguments
      let arguments =
        known
        ?? values.values.keys.sorted().map {
          ComponentArgument($0, .number(-Double.infinity...Double.infinity), isNamed: true, "")
        }
      return text(word, values, arguments)
    }
  }

  /// A word and the values behind it as the text has them; nil for other text.
  static func parsed(
    _ text: String, arguments: (_ word: String) -> [ComponentArgument]?
  ) -> (word: String, values: ArgumentValues)? {
    guard let (word, parts) = split(text), let arguments = arguments(word),
      let values = values(of: parts, arguments)
    else { return nil }
    return (word, values)
  }

  private static func values(
    of parts: [String], _ arguments: [ComponentArgument]
  ) -> ArgumentValues? {
    var values = ArgumentValues()
    for argument in arguments {
      guard case .integers = argument.type else { continue }
      let numbers = parts.compactMap { Int($0) }
      guard numbers.count == parts.count else { return nil }
      values.values[argument.name] = .integers(numbers)
      return values
    }
    for (index, part) in parts.enumerated() {
      let named = arguments.first { part.hasPrefix("\($0.name)=") }
      guard let argument = named ?? (index < arguments.count ? arguments[index] : nil) else {
        return nil
      }
      let text = named == nil ? part : String(part.dropFirst(argument.name.count + 1))
      guard let value = value(text, argument.type) else { return nil }
      values.values[argument.name] = value
    }
    return values
  }

  private static func value(_ text: String, _ type: ArgumentType) -> ArgumentValue? {
    switch type {
    case .integer: return Int(text).map { .integer($0) }
    case .number: return Double(text).map { .number($0) }
    case .integers: return nil
    case .word(let words): return word(text, words)
    case .trainingItems(let words): return word(text, words + [.trainingItems])
    }
  }

  private static func word(_ text: String, _ words: [ArgumentWord]) -> ArgumentValue? {
    parsed(text) { name in words.first { $0.name == name }?.arguments }.map {
      .word($0.word, $0.values)
    }
  }

  /// `a(b, c(d, e))` → `a` and `b`, `c(d,e)`.
  private static func split(_ text: String) -> (word: String, parts: [String])? {
    let text = text.filter { $0 != " " }
    guard let open = text.firstIndex(of: "(") else {
      return text.isEmpty ? nil : (text, [])
    }
    guard text.hasSuffix(")") else { return nil }
    var (parts, current, depth) = ([String](), "", 0)
    for character in text[text.index(after: open)...].dropLast() {
      if character == "," && depth == 0 {
        parts.append(current)
        current = ""
        continue
      }
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      current.append(character)
    }
    guard depth == 0 else { return nil }
    if !current.isEmpty || !parts.isEmpty { parts.append(current) }
    return (String(text[..<open]), parts)
  }
}
