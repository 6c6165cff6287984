/// Whether a value is allowed at a place, and in which form the verb receives it.
enum Acceptance {
  case accepted(Value)
  case refused(Refusal)

  /// Why a value is not allowed there.
  struct Refusal {
    var code = "E201"
    /// "a number from 0 to 1", without the place's name.
    let wanted: String
    var label: String?
    /// Whether the value is of this type, only not allowed: then no alternative's words fit better.
    var isCertain = false
  }
}

extension ParameterType {
  /// Turns a value into the form this type promises: a text into a word, one thing into a list of
  /// one, a range into a list of numbers.
  func accept(_ value: Value) -> Acceptance {
    switch (self, value) {
    case (.path, .string(let path)) where path.utf8.contains(0):
      return .refused(
        .init(
          code: "E202", wanted: "a file name without a NUL character", isCertain: true))
    case (.anything, _), (.bool, .bool), (.string, .string), (.path, .string), (.range, .range),
      (.table, .table):
      return .accepted(value)
    case (.number(let limits), .number(let number)):
      return limits.contains(number) ? .accepted(value) : outside(above: number > limits.upperBound)
    case (.integer(let limits), .number(let number)):
      guard let whole = Int(exactly: number), limits.contains(whole) else {
        return outside(above: number > Double(limits.upperBound))
      }
      return .accepted(value)
    case (.word(let words), .word(let word)):
      return words.contains { $0.name == word.name }
        ? .accepted(value) : unknownWord(word.name, words)
    case (.word(let words), .none) where words.contains { $0.name == "none" }:
      return word("none", words)
    case (.word(let words), .string(let text)):
      return word(text, words)
    case (.column, .string): return .accepted(value)
    case (.column, .word(let word)): return .accepted(.string(word.name))
    case (.object(let types), .object(let object)) where types.contains(object.typeName):
      return .accepted(value)
    case (.object(let types), .table) where types.contains("table"): return .accepted(value)
    case (.rowCondition, .object(let object)) where object is RowCondition: return .accepted(value)
    case (.list(let element), _): return list(of: element, value)
    case (.optional, .none): return .accepted(.none)
    case (.optional(let wrapped), _): return wrapped.accept(value)
    case (.any(let alternatives), _): return first(of: alternatives, value)
    default: return .refused(.init(wanted: wanted))
    }
  }

  /// Text as a word, perhaps with arguments: `"normal"`, `"vampprior(50)"`.
  private func word(_ text: String, _ words: [WordSpec]) -> Acceptance {
    if let spec = words.first(where: { $0.name == text }), spec.parameters.isEmpty {
      return .accepted(.word(spec.bare(at: nil)))
    }
    do {
      let word = try WordText.read(text, words)
      return word.map { .accepted($0) } ?? unknownWord(String(text.prefix { $0 != "(" }), words)
    } catch {
      let reason = (error as? ScriptError)?.message
      return .refused(.init(wanted: wanted, label: reason, isCertain: true))
    }
  }

  private func list(of element: ParameterType, _ value: Value) -> Acceptance {
    let elements: [Value]
    switch value {
    case .list(let given): elements = given
    case .range(let range):
      guard range.count <= Arithmetic.largestList else { return .refused(.init(wanted: wanted)) }
      elements = (0..<range.count).map { .number(range[$0]) }
    // One thing stands for a list of one, but not where a list of anything would make that everything.
    default:
      if case .anything = element { return .refused(.init(wanted: wanted)) }
      elements = [value]
    }
    var accepted: [Value] = []
    for given in elements {
      switch element.accept(given) {
      case .accepted(let value): accepted.append(value)
      case .refused(let refusal): return .refused(refusal)
      }
    }
    return .accepted(.list(accepted))
  }

  private func first(of alternatives: [ParameterType], _ value: Value) -> Acceptance {
    var best: Acceptance.Refusal?
    for alternative in alternatives {
      switch alternative.accept(value) {
      case .accepted(let value): return .accepted(value)
      case .refused(let refusal) where refusal.isCertain: return .refused(refusal)
      case .refused(let refusal):
        if best == nil || best?.code == "E201" { best = refusal }
      }
    }
    let code = best?.code ?? "E201"
    return .refused(.init(code: code, wanted: wanted, label: code == "E201" ? nil : best?.label))
  }

  /// A number out of its limits. A limit so large that help leaves it out is named to who passed it.
  private func outside(above: Bool) -> Acceptance {
    let limits: ClosedRange<Double>? =
      switch self {
      case .number(let limits): limits
      case .integer(let limits): Double(limits.lowerBound)...Double(limits.upperBound)
      default: nil
      }
    guard above, let limits, limits.upperBound >= Self.hugeLimit else {
      return .refused(.init(code: "E202", wanted: wanted))
    }
    return .refused(
      .init(code: "E202", wanted: wanted + ", at most \(limits.upperBound.exactText)"))
  }

  private func unknownWord(_ word: String, _ words: [WordSpec]) -> Acceptance {
    .refused(
      .init(
        code: "E104", wanted: wanted,
        label: Suggestions.label(for: word, in: words.filter { !$0.isHidden }.map(\.name))))
  }

  /// What the type takes, in words: for errors and the reference page.
  public var wanted: String {
    switch self {
    case .number(let limits): Self.number("a number", limits)
    case .integer(let limits):
      Self.number("a whole number", Double(limits.lowerBound)...Double(limits.upperBound))
    case .bool: "true or false"
    case .string: "text in quotes"
    case .path: "a file name in quotes"
    case .word(let all):
      Self.choice(all.filter { !$0.isHidden })
    case .column: "a column"
    case .rowCondition: "a condition on columns, in parentheses"
    case .list(.anything): "a list"
    case .list(let element): "a list, each element \(element.wanted)"
    case .range: "a range such as 1..10"
    case .object(let types): types.map(\.withArticle).joined(separator: " or ")
    case .table: "a table"
    case .optional(let wrapped): "none or \(wrapped.wanted)"
    case .any(let alternatives): alternatives.map(\.wanted).joined(separator: ", or ")
    case .anything: "any value"
    }
  }

  private static func choice(_ words: [WordSpec]) -> String {
    words.count > 12
      ? "one of " + words.prefix(12).map(\.name).joined(separator: "|") + "|…"
      : (words.count == 1 ? "" : "one of ") + words.map(\.name).joined(separator: "|")
  }

  /// Limits from here on are left out of help: nobody means them.
  private static var hugeLimit: Double { 1e9 }

  private static func number(_ what: String, _ limits: ClosedRange<Double>) -> String {
    switch (limits.lowerBound > -hugeLimit, limits.upperBound < hugeLimit) {
    case (true, true):
      return "\(what) from \(limits.lowerBound.exactText) to \(limits.upperBound.exactText)"
    case (true, false): return "\(what) of at least \(limits.lowerBound.exactText)"
    case (false, true): return "\(what) of at most \(limits.upperBound.exactText)"
    case (false, false): return what
    }
  }
}

extension WordSpec {
  /// The word without arguments, its defaults filled in.
  func bare(at span: Span?) -> WordCall {
    var named: [String: Value] = [:]
    for parameter in parameters {
      if let value = parameter.defaultValue { named[parameter.name] = value }
    }
    return WordCall(name, named: named, span: span)
  }
}

extension ParameterType {
  /// Whether an object of that type is allowed here.
  func acceptsObject(_ found: String) -> Bool {
    switch self {
    case .anything: true
    case .object(let types): types.contains(found)
    case .table: found == "table"
    case .list(let element): element.acceptsObject(found)
    case .optional(let wrapped): wrapped.acceptsObject(found)
    case .any(let alternatives): alternatives.contains { $0.acceptsObject(found) }
    default: false
    }
  }
}
