/// What a verb or word takes, and the matching of written arguments to it. The checker and the
/// interpreter use the same matching, so they find the same mistakes.
struct Signature {
  /// The verb or word.
  let name: String
  let positional: [Parameter]
  let options: [Parameter]
  /// Words have no help page of options to point to.
  let isVerb: Bool
  /// Whether it is written with parentheses: words, and verbs without a command form.
  var isCall: Bool

  init(_ function: HostFunction) {
    name = function.name
    positional = function.positional
    options = function.options
    isVerb = true
    isCall = function.isCallOnly
  }

  init(_ word: WordSpec) {
    name = word.name
    positional = word.parameters
    options = []
    isVerb = false
    isCall = true
  }

  /// One place without a name.
  init(_ place: Parameter) {
    name = place.name
    positional = [place]
    options = []
    isVerb = false
    isCall = true
  }

  /// A verb's block form takes its options only.
  init(optionsOf function: HostFunction) {
    name = function.name
    positional = []
    options = function.options
    isVerb = true
    isCall = false
  }

  /// One written argument and the parameter it belongs to.
  struct Match {
    let parameter: Parameter
    let value: Expression
    /// The place among the positional parameters; nil: an option.
    let slot: Int?
    /// The option's name as written.
    let name: Name?
  }

  /// Matches written arguments to parameters.
  func match(_ arguments: [Argument], at place: Span) -> (matches: [Match], errors: [ScriptError]) {
    var matches: [Match] = []
    var errors: [ScriptError] = []
    var taken: [String: Span] = [:]
    for argument in arguments {
      guard let name = argument.name else { continue }
      if taken[name.text] != nil {
        errors.append(given(name))
      } else if let option = options.first(where: { $0.name == name.text }) {
        matches.append(Match(parameter: option, value: argument.value, slot: nil, name: name))
      } else if let slot = positional.firstIndex(where: { $0.name == name.text && !$0.repeats }) {
        matches.append(
          Match(parameter: positional[slot], value: argument.value, slot: slot, name: name))
      } else {
        errors.append(unknownOption(name))
      }
      taken[name.text] = name.span
    }
    matchPositional(arguments, taken: Set(taken.keys), &matches, &errors)
    if errors.isEmpty, let missing = missing(matches, at: place) { errors.append(missing) }
    return (matches, errors)
  }

  private func matchPositional(
    _ arguments: [Argument], taken: Set<String>, _ matches: inout [Match],
    _ errors: inout [ScriptError]
  ) {
    var slot = 0
    for argument in arguments where argument.name == nil {
      while slot < positional.count, taken.contains(positional[slot].name) { slot += 1 }
      guard slot < positional.count else {
        errors.append(tooMany(argument.value))
        return
      }
      matches.append(
        Match(parameter: positional[slot], value: argument.value, slot: slot, name: nil))
      if !positional[slot].repeats { slot += 1 }
    }
  }

  // MARK: Mistakes

  private func missing(_ matches: [Match], at place: Span) -> ScriptError? {
    let filled = Set(matches.compactMap(\.slot))
    let missing = positional.enumerated().first { slot, parameter in
      !filled.contains(slot) && parameter.defaultValue == nil && parameter.defaultText == nil
        && !parameter.isOptional
    }
    guard let parameter = missing?.element else { return nil }
    return ScriptError(
      "E105", "\(name) needs \(parameter.name.uppercased())", kind: .check, at: place,
      label: parameter.doc,
      notes: isVerb ? ["write: \(usage)      (help \(name))"] : ["write: \(usage)"])
  }

  private func tooMany(_ value: Expression) -> ScriptError {
    ScriptError(
      "E106",
      positional.isEmpty
        ? "\(name) takes \(options.isEmpty ? "no arguments" : "only options of the form name=value")"
        : "\(name) takes at most \(positional.count) "
          + (positional.count == 1 ? "argument" : "arguments")
          + (options.isEmpty ? "" : " besides its options"),
      kind: .check, at: value.span, label: "one too many",
      notes: ["write: \(usage)" + (isVerb ? "      (help \(name))" : "")])
  }

  private func given(_ name: Name) -> ScriptError {
    ScriptError(
      "E107", "`\(name.text)` is given twice", kind: .check, at: name.span, label: "the second time"
    )
  }

  private func unknownOption(_ name: Name) -> ScriptError {
    let known = options.offered.map(\.name) + positional.filter { !$0.repeats }.map(\.name)
    let listed = (options.isEmpty ? known : options.offered.map(\.name))
    let shown = listed.prefix(8).joined(separator: " ") + (listed.count > 8 ? " …" : "")
    var notes = listed.isEmpty ? [] : ["options: " + shown]
    if isVerb, !notes.isEmpty { notes[0] += "      (help \(self.name))" }
    return ScriptError(
      "E102", "\(self.name) has no option `\(name.text)`", kind: .check, at: name.span,
      label: Suggestions.label(for: name.text, in: known), notes: notes,
      fixes: Suggestions.fixes(for: name.text, in: known))
  }

  /// `train MODEL DATA [options]`, `mlp(N …)`.
  var usage: String {
    let things = positional.offered.map { Self.shown($0, isVerb: isVerb) }
    guard !isCall else {
      return things.isEmpty ? name : "\(name)(\(things.joined(separator: ", ")))"
    }
    return ([name] + things + (options.isEmpty ? [] : ["[options]"])).joined(separator: " ")
  }

  /// `MODEL`, `[N]`, `METRIC …`: a positional parameter in a usage line.
  static func shown(_ parameter: Parameter, isVerb: Bool) -> String {
    let word = isVerb ? parameter.name.uppercased() : parameter.name
    let repeated = parameter.repeats ? word + " …" : word
    let canMiss =
      parameter.isOptional || parameter.defaultValue != nil || parameter.defaultText != nil
    return canMiss ? "[\(repeated)]" : repeated
  }
}
