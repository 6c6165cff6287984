extension HostTable {
  /// `help` alone: the verbs by group on one screen.
  public func helpOverview() -> [String] {
    var entries = HostFunction.Group.allCases.map { group in
      (
        group.rawValue,
        functions.filter { $0.group == group && $0.name != "sweep" }.map(\.name)
          .joined(separator: " ")
      )
    }
    entries.insert(("repeat", "sweep for if param time"), at: max(0, entries.count - 1))
    let shown = entries.filter { !$0.1.isEmpty }
    let pages = topics.map(\.name)
    let verb = functions.first { $0.group == .model }?.name ?? "VERB"
    return ["A line is   name = verb arguments option=value     e.g.  z = encode m mnist.test"]
      + shown.map { TextWidth.padded($0.0, to: 8) + $0.1 }
      + TextWidth.wrapped(pages.joined(separator: " "), to: 70).enumerated().map {
        TextWidth.padded($0.offset == 0 ? "pages" : "", to: 8) + $0.element
      }
      + ["`help \(verb)`, `help maps`, `help errors E301` say more; Tab completes names"]
  }

  /// `help WORDS`: a verb, a kind of object, a word of a word place, an option, a topic, `errors E301`; nil: there is
  /// no such page (`helpSuggestions` may know a near one).
  public func help(for words: [String]) -> [String]? {
    guard let first = words.first else { return helpOverview() }
    if first == "errors" || first == "error" { return errorHelp(words.dropFirst().first) }
    if let page = ErrorCatalog.explanation(of: first.uppercased()) {
      return TextWidth.wrapped("\(first.uppercased()): \(page)", to: 98)
    }
    let kind = kind(words.joined(separator: " "))
    if let function = self[first] {
      // A verb and a kind of object may share their name.
      return function.help(kind == nil ? self.kind(function.resultType) : nil)
        + (kind.map { $0.help() } ?? [])
    }
    if let kind { return kind.help() }
    if let topic = (topics + HelpTopic.language).first(where: { $0.name == first }) {
      return topic.lines.flowing
    }
    let found = wordHelp(first) + optionHelp(first)
    return found.isEmpty ? nil : found
  }

  /// The kind of object of that name; nil: its fields are not known before there is one.
  func kind(_ typeName: String?) -> ObjectKind? { objects.first { $0.typeName == typeName } }

  /// Names of pages near to what was requested, at most three.
  public func helpSuggestions(for words: [String]) -> [String] {
    guard let first = words.first else { return [] }
    return Suggestions.near(first, in: helpPages)
  }

  /// Where to look for a word that has no page: the verbs that other programs call so, or else, where no page has nearly this name, the
  /// pages that mention it. Nil where there are none.
  public func helpElsewhere(for words: [String]) -> [String]? {
    let wanted = words.map { $0.lowercased() }
    let first = "There is no page `\(words.joined(separator: " "))`."
    let meant = functions.filter { Self.mentions($0.keywords.joined(separator: " "), wanted) }
    if !meant.isEmpty {
      let width = meant.map { TextWidth.columns($0.name) }.max() ?? 0
      return [first + " What may be meant:"]
        + meant.map { "    help \(TextWidth.padded($0.name, to: width))  \($0.summary)" }
    }
    guard helpSuggestions(for: words).isEmpty else { return nil }
    let pages =
      functions.map { ($0.name, [$0.summary] + $0.details + $0.options.map(\.doc)) }
      + (topics + HelpTopic.language).map { ($0.name, $0.lines) }
    let found = pages.filter { Self.mentions($0.1.joined(separator: " "), wanted) }.map(\.0)
    guard !found.isEmpty else { return nil }
    let names = found.prefix(Self.mostMentions).map { "help \($0)" }.joined(separator: " · ")
    return TextWidth.wrapped("\(first) These mention it: \(names)", to: 98)
  }

  private static let mostMentions = 8

  /// Whether a text has all of these words, or their plurals.
  private static func mentions(_ text: String, _ wanted: [String]) -> Bool {
    let words = Set(
      text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
    return !wanted.isEmpty
      && wanted.allSatisfy { word in
        words.contains(word) || words.contains(word + "s")
          || word.hasSuffix("s") && words.contains(String(word.dropLast()))
      }
  }

  /// Every name that `help` has a page for.
  public var helpPages: [String] {
    functions.map(\.name) + (topics + HelpTopic.language).map(\.name)
      + objects.map(\.typeName) + allWords.filter { !$0.isHidden }.map(\.name)
      + functions.flatMap(\.options.offered).map(\.name) + ["errors"]
  }

  private func errorHelp(_ code: String?) -> [String]? {
    guard let code else {
      return [
        "Every error has a code; `help errors E301` explains one. The first digit gives the kind:",
        "  0 syntax · 1 names and options · 2 values · 3 shapes and data kinds · 4 training",
        "  5 files · 6 notebooks · 9 interrupted",
      ] + TextWidth.wrapped(ErrorCatalog.codes.joined(separator: " "), to: 98, indent: "  ")
    }
    return ErrorCatalog.explanation(of: code.uppercased()).map {
      TextWidth.wrapped("\(code.uppercased()): \($0)", to: 98)
    }
  }

  private func wordHelp(_ name: String) -> [String] {
    // The same word may take other parameters in another place.
    var forms: [(word: WordSpec, places: [String])] = []
    for function in functions {
      for parameter in function.positional + function.options {
        guard let word = parameter.type.words.first(where: { $0.name == name && !$0.isHidden })
        else { continue }
        let place = "\(parameter.name) of \(function.name)"
        let usage = Signature(word).usage
        if let known = forms.firstIndex(where: { Signature($0.word).usage == usage }) {
          forms[known].places.append(place)
        } else {
          forms.append((word, [place]))
        }
      }
    }
    return forms.flatMap { word, places in
      ["\(Signature(word).usage)  —  \(word.doc)"]
        + word.parameters.offered.map { "    \($0.helpText)  \($0.doc)" }
        + TextWidth.wrapped("used in: " + places.joined(separator: ", "), to: 98)
    }
  }

  private func optionHelp(_ name: String) -> [String] {
    functions.flatMap { function in
      function.options.offered.filter { $0.name == name }.map {
        "\(function.name) … \($0.helpText)  —  \($0.doc)"
      }
    }
  }
}

extension ObjectKind {
  /// `help codes`: what stands behind its dot.
  func help() -> [String] {
    let width = fields.map { TextWidth.columns($0.name) }.max() ?? 0
    return ["\(typeName): what stands behind the dot, as in x.\(fields.first?.name ?? "n")"]
      + fields.map { "    .\(TextWidth.padded($0.name, to: width))  \($0.doc)" }
  }
}

extension HostFunction {
  /// `help VERB`: usage, options with defaults, sentences, the result's fields, an example, related pages.
  public func help(_ kind: ObjectKind? = nil) -> [String] {
    var lines = ["\(Signature(self).usage)  →  \(result)"]
    lines += positional.map { "    \(Signature.shown($0, isVerb: true))  \($0.documentation)" }
    let texts = options.offered.map(\.helpText)
    lines += Self.rows(texts, width: 98)
    lines += (summary.isEmpty ? [] : [summary.firstUppercased + "."]) + details.flowing
    if let kind {
      lines.append("fields:  " + kind.fields.map { ".\($0.name)" }.joined(separator: " "))
    }
    lines += ["example:  \(example)"]
    if !seeAlso.isEmpty { lines.append("see also:  " + seeAlso.joined(separator: " · ")) }
    return lines
  }

  /// Option texts side by side, indented, never broken inside.
  private static func rows(_ texts: [String], width: Int) -> [String] {
    var rows: [String] = []
    for text in texts {
      if let last = rows.last, TextWidth.columns(last) + TextWidth.columns(text) + 2 <= width {
        rows[rows.count - 1] = last + "  " + text
      } else {
        rows.append("    " + text)
      }
    }
    return rows
  }
}

extension Parameter {
  /// `epochs=50`, `optimizer=adam|adam_norm_grad`, the default first; a default that is not one of
  /// the words stands before them: `split=[train, val] (train|val)`.
  var helpText: String {
    let words = choices
    let initial = shownDefault
    guard !words.isEmpty, words.count <= Self.mostShownChoices else {
      return initial.map { "\(name)=\($0)" } ?? "\(name)=…"
    }
    guard let initial else { return "\(name)=" + words.joined(separator: "|") }
    if words.contains(initial) {
      return "\(name)=" + ([initial] + words.filter { $0 != initial }).joined(separator: "|")
    }
    let isOnlyCall = words.count == 1 && type.words.contains { initial.hasPrefix($0.name + "(") }
    return "\(name)=\(initial)" + (isOnlyCall ? "" : " (\(words.joined(separator: "|")))")
  }

  /// Longer lists stand on the page of their own that the option's words have.
  private static let mostShownChoices = 16

  /// Its default as one would type it; nil without one.
  var shownDefault: String? {
    if case .string(let word)? = defaultValue, defaultText == nil,
      let spec = type.offeredWords.first(where: { $0.name == word })
    {
      return spec.asTyped
    }
    return defaultText ?? defaultValue?.helpText
  }

  /// The words it takes, `none` among them.
  private var choices: [String] {
    let words = type.offeredWords.map(\.asTyped)
    guard type.acceptsNone, !words.isEmpty else { return words }
    return words + ["none"]
  }

  /// Its doc line with what it accepts.
  var documentation: String {
    let words = type.offeredWords.map(\.asTyped)
    guard !words.isEmpty else { return doc }
    return doc + ": " + words.joined(separator: "|")
  }
}

extension WordSpec {
  /// `adam`, `gmm(K)` where it must be a call, `"mean ± sd"` where it must be quoted.
  fileprivate var asTyped: String {
    let signature = Signature(self)
    if signature.needsArguments { return signature.usage }
    return name.contains(" ") ? "\"\(name)\"" : name
  }
}

extension Value {
  /// A default in help: numbers as one would type them.
  fileprivate var helpText: String {
    guard case .number(let number) = self else { return quotedText }
    return number.exactText.split(separator: "e").enumerated().map { part, text in
      guard part == 1, text.hasPrefix("-0") else { return String(text) }
      return "-" + text.dropFirst(2)
    }.joined(separator: "e")
  }
}

extension String {
  fileprivate var firstUppercased: String { prefix(1).uppercased() + dropFirst() }
}

extension [String] {
  /// Lines of one sentence joined, so that a terminal of any width breaks it at its own place. What is aligned stays as it is, and so
  /// does code, which is indented by two.
  var flowing: [String] {
    reduce(into: []) { result, line in
      guard let last = result.last, !line.hasPrefix("example:"), !line.hasPrefix("see also:") else {
        return result.append(line)
      }
      let isIndented = line.hasPrefix("    ") && !last.hasPrefix("  ")
      let text = isIndented ? String(line.drop { $0 == " " }) : line
      let isSentence =
        !last.hasSuffix(".") && !last.hasSuffix(":") && !last.contains("  ") && !text.contains("  ")
      // A line that goes on below its own beginning.
      let isContinued = isIndented && last.contains("    ")
      if isSentence || isContinued {
        result[result.count - 1] = last + " " + text
      } else {
        result.append(line)
      }
    }
  }
}
