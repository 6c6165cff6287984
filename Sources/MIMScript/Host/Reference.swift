extension HostTable {
  /// The reference of `docs/language.md`, as Markdown: every verb, then every kind of object.
  public func referenceMarkdown() -> String {
    let verbs = HostFunction.Group.allCases.compactMap { group -> String? in
      let verbs = functions.filter { $0.group == group }
      guard !verbs.isEmpty else { return nil }
      let pages = verbs.map { $0.referenceMarkdown() }.joined(separator: "\n")
      return "### \(group.rawValue)\n\n\(pages)"
    }.joined(separator: "\n")
    guard !objects.isEmpty else { return verbs }
    let pages = objects.map { $0.referenceMarkdown() }.joined(separator: "\n")
    return verbs + "\n### what stands behind the dot\n\n" + pages
  }
}

extension ObjectKind {
  func referenceMarkdown() -> String {
    "#### \(typeName)\n\n| field | |\n| --- | --- |\n"
      + fields.map { "| `.\($0.name)` | \($0.doc.markdownEscaped) |\n" }.joined()
  }
}

extension HostFunction {
  func referenceMarkdown() -> String {
    var text = "#### `\(name)`\n\n`\(Signature(self).usage)` → \(result.markdownEscaped)\n\n"
    text += (summary.prefix(1).uppercased() + summary.dropFirst()).markdownEscaped + ".\n"
    if !positional.isEmpty || !options.offered.isEmpty {
      text += "\n| | takes | default | |\n| --- | --- | --- | --- |\n"
      text += positional.map { row($0, isPositional: true) }.joined()
      text += options.offered.map { row($0, isPositional: false) }.joined()
      text += wordLists
    }
    if !details.isEmpty {
      text += "\n" + details.map(\.markdownEscaped).joined(separator: "\n") + "\n"
    }
    text += "\n```mim-example\n\(example)\n```\n"
    if !seeAlso.isEmpty { text += "\nSee also: " + seeAlso.joined(separator: ", ") + ".\n" }
    return text
  }

  private func row(_ parameter: Parameter, isPositional: Bool) -> String {
    let shown = isPositional ? Signature.shown(parameter, isVerb: true) : parameter.name + "="
    let initial = parameter.shownDefault ?? ""
    let cells = ["`\(shown)`", parameter.type.wanted.markdownEscaped, initial.markdownEscaped]
    return "| \((cells + [parameter.doc.markdownEscaped]).joined(separator: " | ")) |\n"
  }

  /// For each word place a line that says what its words mean.
  private var wordLists: String {
    let places = (positional + options.offered).filter { !$0.type.offeredWords.isEmpty }
    let lines = places.map { parameter in
      let words = parameter.type.offeredWords.map {
        "`\(Signature($0).usage)` \($0.doc.markdownEscaped)"
      }
      return "- `\(parameter.name)`: " + words.joined(separator: "; ") + "\n"
    }
    return lines.isEmpty ? "" : "\n" + lines.joined()
  }
}

extension String {
  fileprivate var markdownEscaped: String {
    reduce(into: "") { result, character in
      if "|<>*_".contains(character) { result.append("\\") }
      result.append(character)
    }
  }
}
