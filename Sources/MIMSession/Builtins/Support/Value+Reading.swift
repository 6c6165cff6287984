import MIMScript

extension Value {
  /// Whether there is nothing.
  var isNone: Bool {
    if case .none = self { true } else { false }
  }

  /// The number, if it is one.
  public var asNumber: Double? {
    if case .number(let number) = self { number } else { nil }
  }

  /// The number, if it is whole and fits.
  public var asInteger: Int? { asNumber.flatMap { Int(exactly: $0) } }

  /// The truth value, if it is one.
  public var asBool: Bool? {
    if case .bool(let bool) = self { bool } else { nil }
  }

  /// The text; a bare word counts as its text.
  public var asText: String? {
    switch self {
    case .string(let text): text
    case .word(let word): word.name
    default: nil
    }
  }

  /// The word with its arguments; a text counts as a bare word.
  public var asWord: WordCall? {
    switch self {
    case .word(let word): word
    case .string(let text): WordCall(text)
    default: nil
    }
  }

  /// The elements: those of a list or range; a single value stands for a list of one.
  public var asElements: [Value] {
    switch self {
    case .none: []
    case .list(let elements): elements
    case .range(let range): range.numbers.map(Value.number)
    default: [self]
    }
  }

  /// The numbers of a list of numbers, nil when an element is something else.
  public var asNumbers: [Double]? {
    let numbers = asElements.compactMap(\.asNumber)
    return numbers.count == asElements.count ? numbers : nil
  }

  /// The whole numbers of a list of those, nil when an element is something else.
  public var asIntegers: [Int]? {
    let integers = asElements.compactMap(\.asInteger)
    return integers.count == asElements.count ? integers : nil
  }

  /// The texts of a list of texts or words, nil when an element is something else.
  public var asTexts: [String]? {
    let texts = asElements.compactMap(\.asText)
    return texts.count == asElements.count ? texts : nil
  }

  /// The host object of that type, if it is one.
  public func asObject<Object: HostObject>(_ type: Object.Type = Object.self) -> Object? {
    if case .object(let object) = self { object as? Object } else { nil }
  }
}

extension NumberRange {
  /// Its numbers, the last one only where a whole number of steps leads to it; at most a million.
  var numbers: [Double] {
    let count = ((last - first) / step + 1e-9).rounded(.down)
    guard count.isFinite, count >= 0 else { return [] }
    return (0...Int(min(count, 999_999))).map { first + Double($0) * step }
  }
}
