extension Value {
  /// The lines that a bare expression prints, at most `width` columns wide where possible.
  public func displayLines(width: Int) -> [String] {
    switch self {
    case .table(let table): table.text(width: width)
    case .object(let object): object.summary(width: width)
    case .number(let number): [NumberFormat.tenDigits.string(number)]
    case .string(let text):
      text.split(separator: "\n", omittingEmptySubsequences: false).map(TextWidth.harmless)
    case .list: TextWidth.wrapped(elidedText, to: width)
    default: [shortText]
    }
  }

  /// One short line, as a table cell shows it.
  public var shortText: String {
    switch self {
    case .none: "none"
    case .bool(let flag): flag ? "true" : "false"
    case .number(let number): NumberFormat.tenDigits.string(number)
    case .string(let text): TextWidth.harmless(text.replacing(newline: " "))
    case .list(let elements): "[" + elements.map(\.quotedText).joined(separator: ", ") + "]"
    case .range(let range): range.text
    case .word(let word): word.text
    case .table(let table): "table of \(table.rows.count) rows"
    case .object(let object): object.summary(width: 60).first ?? object.typeName
    }
  }

  /// A list as NumPy prints arrays: one of more than 1,000 values shows the first and last three of each level.
  private var elidedText: String {
    guard case .list(let elements) = self, valueCount > Self.largestShownList else {
      return shortText
    }
    return "\(Self.elided(elements)), \(valueCount) values"
  }

  private static let largestShownList = 1_000

  private static func elided(_ elements: [Value]) -> String {
    func text(_ value: Value) -> String {
      if case .list(let inner) = value { elided(inner) } else { value.quotedText }
    }
    let isLong = elements.count > 6
    let first = (isLong ? Array(elements.prefix(3)) : elements).map(text)
    let last = isLong ? ["…"] + elements.suffix(3).map(text) : []
    return "[" + (first + last).joined(separator: ", ") + "]"
  }

  /// The values in a list and in the lists in it.
  private var valueCount: Int {
    guard case .list(let elements) = self else { return 1 }
    return elements.reduce(0) { $0 + $1.valueCount }
  }

  /// As in a program: text in quotes.
  public var quotedText: String {
    guard case .string(let text) = self else { return shortText }
    return JSON.string(text).text()
  }

  /// The name of its type, as in error messages: `number`, `text`, `data set`.
  public var typeName: String {
    switch self {
    case .none: "none"
    case .bool: "truth value"
    case .number: "number"
    case .string: "text"
    case .list: "list"
    case .range: "range"
    case .word: "word"
    case .table: "table"
    case .object(let object): object.typeName
    }
  }

  /// The value for `--json` and run.json. Numbers are unrounded; NaN and the infinities are the
  /// strings "NaN", "Infinity", "-Infinity"; a table is an array of row objects.
  public var json: JSON {
    switch self {
    case .none: .null
    case .bool(let flag): .bool(flag)
    case .number(let number): .number(number)
    case .string(let text): .string(text)
    case .list(let elements): .array(elements.map(\.json))
    case .range(let range): range.json
    case .word(let word): .string(word.text)
    case .table(let table): table.json()
    case .object(let object): object.json
    }
  }
}

extension NumberRange {
  /// How many numbers it holds; none when the step leads away from the last.
  public var count: Int {
    let steps = ((last - first) / step + 1e-9).rounded(.down)
    guard steps >= 0 else { return 0 }
    return Int(exactly: steps.rounded()).map { $0 == Int.max ? $0 : $0 + 1 } ?? Int.max
  }

  /// The number at a place, counted from 0.
  public subscript(place: Int) -> Double { first + Double(place) * step }

  /// Its numbers, or its ends and step where they are more than 10,000.
  var json: JSON {
    guard count > 10_000 else { return .array((0..<count).map { .number(self[$0]) }) }
    return .object([
      ("first", .number(first)), ("last", .number(last)), ("step", .number(step)),
    ])
  }

  /// As in a program: `2..20 by 2`.
  public var text: String {
    let ends = "\(first.exactText)..\(last.exactText)"
    return step == 1 ? ends : "\(ends) by \(step.exactText)"
  }
}

extension WordCall {
  /// As it was written, or a short form of it.
  public var text: String {
    if let span { return span.text }
    guard !positional.isEmpty else { return name }
    return "\(name)(\(positional.map(\.quotedText).joined(separator: ", ")))"
  }
}

extension String {
  fileprivate func replacing(newline replacement: Character) -> String {
    // What ends a line is never part of another character, and scalars are found sooner than characters.
    let mayEndLine = unicodeScalars.contains {
      switch $0.value {
      case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
      default: false
      }
    }
    return mayEndLine ? String(map { $0.isNewline ? replacement : $0 }) : self
  }
}
