import MIMScript

/// `-P name=value` and `--params FILE`: checked against what the notebook declares.
enum ParameterOverrides {
  /// Gives front-matter parameters their new values; returns what is left for `param` lines.
  static func apply(
    _ options: RunOptions, to frontMatter: inout FrontMatter
  ) throws -> [String: ParameterOverride] {
    var rest: [String: ParameterOverride] = [:]
    if let path = options.parametersFile {
      for (name, value, span) in try fileParameters(path) {
        guard let index = frontMatter.params.firstIndex(where: { $0.name == name }) else {
          rest[name] = .value(value)
          continue
        }
        let old = frontMatter.params[index].value
        guard ParameterText.fits(value, like: old) else { throw wrongType(name, old, at: span) }
        frontMatter.params[index].value = value
        frontMatter.params[index].isOverridden = true
      }
    }
    for text in options.parameters {
      let (name, value) = try split(text)
      guard let index = frontMatter.params.firstIndex(where: { $0.name == name }) else {
        rest[name] = .text(value)
        continue
      }
      let old = frontMatter.params[index].value
      guard let new = ParameterText.value(value, like: old) else { throw wrongType(name, old) }
      frontMatter.params[index].value = new
      frontMatter.params[index].isOverridden = true
    }
    return rest
  }

  /// Throws when a name is declared nowhere.
  static func requireDeclared(
    _ overrides: [String: ParameterOverride], declared: [String]
  ) throws {
    guard let name = overrides.keys.sorted().first(where: { !declared.contains($0) }) else {
      return
    }
    let near = closeMatches(to: name, among: declared).map { "`\($0)`" }
    throw Halt.usage(
      "the notebook declares no parameter `\(name)`",
      notes: (near.isEmpty ? [] : ["did you mean \(near.joined(separator: ", "))?"])
        + ["parameters: " + (declared.isEmpty ? "none" : declared.joined(separator: " "))])
  }

  private static func split(_ text: String) throws -> (String, String) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw Halt.usage("-P needs name=value, not `\(text)`")
    }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }

  private static func fileParameters(
    _ path: String
  ) throws -> [(name: String, value: Value, span: Span)] {
    guard let text = String(validating: try FileText.bytes(path), as: UTF8.self) else {
      throw Halt.usage("`\(path)` is not UTF-8 text")
    }
    do {
      return try FrontMatterReader.readParameters(text, name: path)
    } catch let errors as NotebookErrors {
      throw Halt(.usage, errors.errors)
    }
  }

  private static func wrongType(_ name: String, _ value: Value, at span: Span? = nil) -> Halt {
    .usage("the parameter `\(name)` needs \(ParameterText.typeName(value))", at: span)
  }
}
