import MIMScript

/// `-P name=value` and `--params FILE`: checked against what the notebook declares.
enum ParameterOverrides {
  /// Gives front-matter parameters their new values; returns what is left for `param` lines.
  static func apply(
    _ options: RunOptions, to frontMatter: inout FrontMatter
  ) throws -> [String: ParameterOverride] {
    var rest: [String: ParameterOverride] = [:]
    for (name, override) in try given(options) {
      guard let index = frontMatter.params.firstIndex(where: { $0.name == name }) else {
        rest[name] = override
        continue
      }
      do {
        frontMatter.params[index].value = try override.value(
          for: name, initial: frontMatter.params[index].value, domain: nil)
        frontMatter.params[index].isOverridden = true
      } catch let error as ScriptError {
        throw Halt(.usage, [error])
      }
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
    let error = ScriptError(
      "E110", "the notebook declares no parameter `\(name)`",
      label: Suggestions.label(for: name, in: declared),
      notes: ["parameters: " + (declared.isEmpty ? "none" : declared.joined(separator: " "))])
    throw Halt(.usage, [error])
  }

  /// The file's values, then those of the command line.
  private static func given(_ options: RunOptions) throws -> [(String, ParameterOverride)] {
    var all: [(String, ParameterOverride)] = []
    if let path = options.parametersFile {
      all += try fileParameters(path).map { ($0.name, .value($0.value)) }
    }
    for text in options.parameters {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        throw Halt.usage("-P needs name=value, not `\(text)`")
      }
      all.append((String(text[..<equals]), .text(String(text[text.index(after: equals)...]))))
    }
    return all
  }

  private static func fileParameters(_ path: String) throws -> [(name: String, value: Value)] {
    guard let text = String(validating: try FileText.bytes(path), as: UTF8.self) else {
      throw Halt.usage("`\(path)` is not UTF-8 text")
    }
    do {
      return try FrontMatterReader.readParameters(text, name: path)
    } catch let errors as NotebookErrors {
      throw Halt(.usage, errors.errors)
    }
  }
}
