extension Completer {
  typealias Candidate = Completion.Candidate

  /// Everything that may begin at the cursor, best first.
  func candidates(_ context: CompletionContext, hasPrefix: Bool) -> [Candidate] {
    if let path = context.pathBeforeDot { return fields(of: path) }
    if context.isAtHead { return verbs + keywords + nameCandidates }
    guard let call = context.call else { return nameCandidates + calls(hasPrefix) }
    if call.name == "help", call.isCommand { return helpPages }
    guard let function = table[call.name], !call.isCommand || call.name != "sweep" else {
      return wordArguments(call.name, call.given) + nameCandidates + calls(hasPrefix)
    }
    let signature = Signature(function)
    if let parameter = parameter(of: signature, call.given) {
      let values = values(for: parameter.type, first: call.given.first)
      let isOpen = call.given.current == nil && context.frames.last?.isList != true
      return values + (isOpen ? options(signature, call.given) : [])
        + calls(hasPrefix && parameter.type.takesCalls)
    }
    return options(signature, call.given)
  }

  /// Whether a file name is allowed at the cursor.
  func takesPath(_ context: CompletionContext) -> Bool {
    guard context.pathBeforeDot == nil, let call = context.call, let function = table[call.name],
      let parameter = parameter(of: Signature(function), call.given)
    else { return false }
    return parameter.type.acceptsPath
  }

  /// The words that may stand in quotes at the cursor, as in `prior="vampprior(50)"`: none where a file name is meant.
  func quotedWords(_ context: CompletionContext) -> [Candidate] {
    guard context.pathBeforeDot == nil, let call = context.call, !takesPath(context) else {
      return []
    }
    let found =
      table[call.name].map { parameter(of: Signature($0), call.given) }
      ?? table.allWords.first { $0.name == call.name }?.parameters.first {
        $0.name == call.given.current
      }
    return found.map { words(of: $0.type) } ?? []
  }

  /// The parameter whose value is being written.
  private func parameter(
    of signature: Signature, _ given: CompletionContext.Given
  ) -> Parameter? {
    if let current = given.current {
      return (signature.options + signature.positional).first { $0.name == current }
    }
    guard let last = signature.positional.last else { return nil }
    if given.positional < signature.positional.count {
      return signature.positional[given.positional]
    }
    return last.repeats ? last : nil
  }

  // MARK: Kinds

  private var verbs: [Candidate] {
    table.functions.map { Candidate(text: $0.name, kind: .verb, detail: $0.summary) }
  }

  private var keywords: [Candidate] {
    HelpTopic.language.filter { Parser.keywords.contains($0.name) }
      .map { Candidate(text: $0.name, kind: .keyword, detail: $0.summary) }
  }

  private var nameCandidates: [Candidate] { nameCandidates { _ in true } }

  private func nameCandidates(_ fits: (KnownName) -> Bool) -> [Candidate] {
    names.filter { fits($0.value) }.sorted { $0.key < $1.key }
      .map { Candidate(text: $0.key, kind: .name, detail: $0.value.typeName) }
  }

  /// Verbs as calls inside a line: only once something is typed, for there are many.
  private func calls(_ hasPrefix: Bool) -> [Candidate] {
    guard hasPrefix else { return [] }
    return table.functions.filter { $0.name != "sweep" }
      .map { Candidate(text: $0.name + "(", kind: .verb, detail: $0.summary) }
  }

  private func options(
    _ signature: Signature, _ given: CompletionContext.Given
  ) -> [Candidate] {
    signature.options.offered.filter { !given.options.contains($0.name) }
      .map { Candidate(text: $0.name + "=", kind: .option, detail: $0.doc) }
  }

  private var helpPages: [Candidate] {
    table.helpPages.map { Candidate(text: $0, kind: .word, detail: "") }
  }

  private func fields(of path: [String]) -> [Candidate] {
    guard let value = known(path) else { return [] }
    return value.fieldNames(table).map { name in
      Candidate(text: name, kind: .field, detail: value.field(name, table)?.typeName ?? "")
    }
  }

  /// What is known of a name, or of a field of one.
  private func known(_ path: [String]) -> KnownName? {
    guard let first = path.first, var value = names[first] else { return nil }
    for name in path.dropFirst() {
      guard let next = value.field(name, table) else { return nil }
      value = next
    }
    return value
  }

  /// Values that a type takes: its words, columns, true and false, names of fitting values.
  private func values(for type: ParameterType, first: [String]) -> [Candidate] {
    var found = words(of: type)
    if type.acceptsColumn || type.acceptsRowCondition {
      let columns = known(first)?.columnNames ?? []
      found += columns.map { Candidate(text: $0, kind: .column, detail: "column") }
    }
    if type.acceptsBool {
      found += ["true", "false"].map { Candidate(text: $0, kind: .word, detail: "") }
    }
    return found + nameCandidates { $0.mayFit(type) }
  }

  private func words(of type: ParameterType) -> [Candidate] {
    type.offeredWords.map { word in
      Candidate(
        text: Signature(word).needsArguments ? word.name + "(" : word.name, kind: .word,
        detail: word.doc)
    }
  }

  /// Inside `mi(`: the parameters of the word.
  private func wordArguments(
    _ name: String, _ given: CompletionContext.Given
  ) -> [Candidate] {
    guard let word = table.allWords.first(where: { $0.name == name }) else { return [] }
    if let current = given.current,
      let parameter = word.parameters.first(where: { $0.name == current })
    {
      return values(for: parameter.type, first: [])
    }
    return word.parameters.offered.filter { !$0.repeats && !given.options.contains($0.name) }
      .map { Candidate(text: $0.name + "=", kind: .option, detail: $0.doc) }
  }
}

extension Signature {
  /// Whether the bare word would be an error.
  var needsArguments: Bool {
    positional.contains {
      $0.defaultValue == nil && $0.defaultText == nil && !$0.isOptional
    }
  }
}

extension ParameterType {
  fileprivate var acceptsBool: Bool {
    switch self {
    case .bool: true
    case .optional(let wrapped): wrapped.acceptsBool
    case .any(let alternatives): alternatives.contains(where: \.acceptsBool)
    default: false
    }
  }

  /// Whether the result of a verb may well stand here.
  fileprivate var takesCalls: Bool {
    switch self {
    case .bool, .string, .path, .word, .column, .rowCondition, .range: false
    case .list(let element): element.takesCalls
    case .optional(let wrapped): wrapped.takesCalls
    case .any(let alternatives): alternatives.contains(where: \.takesCalls)
    case .number, .integer, .object, .table, .anything: true
    }
  }
}
