extension HostTable {
  /// The verb reference of `docs/language.md`, as Markdown.
  public func referenceMarkdown() -> String {
    HostFunction.Group.allCases.compactMap { group -> String? in
      let verbs = functions.filter { $0.group == group }
      guard !verbs.isEmpty else { return nil }
      let pages = verbs.map { $0.referenceMarkdown() }.joined(separator: "\n")
      return "### \(group.rawValue)\n\n\(pages)"
    }.joined(separator: "\n")
  }
}

extension HostFunction {
  func referenceMarkdown() -> String {
    var text = "#### `\(name)`\n\n`\(Signature(self).usage)` → \(Self.escaped(result))\n\n"
    text += Self.escaped(summary.prefix(1).uppercased() + summary.dropFirst()) + ".\n"
    if !positional.isEmpty || !options.offered.isEmpty {
      text += "\n| | takes | default | |\n| --- | --- | --- | --- |\n"
      text += positional.map { row($0, isPositional: true) }.joined()
      text += options.offered.map { row($0, isPositional: false) }.joined()
      text += wordLists
    }
    if !details.isEmpty { text += "\n" + details.map(Self.escaped).joined(separator: "\n") + "\n" }
    text += "\n```mim-example\n\(example)\n```\n"
    if !seeAlso.isEmpty { text += "\nSee also: " + seeAlso.joined(separator: ", ") + ".\n" }
    return text
  }

  private func row(_ parameter: Parameter, isPositional: Bool) -> String {
    let shown = isPositional ? Signature.shown(parameter, isVerb: true) : parameter.name + "="
    let initial = parameter.shownDefault ?? ""
    let cells = ["`\(shown)`", Self.escaped(parameter.type.wanted), Self.escaped(initial)]
    return "| \((cells + [Self.escaped(parameter.doc)]).joined(separator: " | ")) |\n"
  }

  /// For each word place a line that says what its words mean.
  private var wordLists: String {
    let places = (positional + options.offered).filter { !$0.type.offeredWords.isEmpty }
    let lines = places.map { parameter in
      let words = parameter.type.offeredWords.map {
        "`\(Signature($0).usage)` \(Self.escaped($0.doc))"
      }
      return "- `\(parameter.name)`: " + words.joined(separator: "; ") + "\n"
    }
    return lines.isEmpty ? "" : "\n" + lines.joined()
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      if "|<>*_".contains(character) { result.append("\\") }
      result.append(character)
    }
  }
}
