import MIMScript
import Yams

/// Reads front matter; collects every mistake with its place.
struct FrontMatterReader {
  private static let mostErrors = 20
  private let source: Source
  private let firstLine: Int
  private let names: Set<String>
  private var result = FrontMatter()
  private(set) var errors: [ScriptError] = []

  /// - Parameter reservedNames: verbs and keywords, which no parameter may be called.
  /// - Throws: `NotebookErrors`.
  static func read(_ notebook: Notebook, reservedNames: Set<String>) throws -> FrontMatter {
    let (frontMatter, errors) = draft(notebook, reservedNames: reservedNames)
    guard errors.isEmpty else { throw NotebookErrors(errors: errors) }
    return frontMatter
  }

  /// What can be read of it, and what is wrong with it.
  static func draft(
    _ notebook: Notebook, reservedNames: Set<String>
  ) -> (frontMatter: FrontMatter, errors: [ScriptError]) {
    guard let text = notebook.frontMatter else { return (FrontMatter(), []) }
    var reader = FrontMatterReader(
      source: notebook.source, firstLine: text.firstLine, names: reservedNames)
    reader.read(text.text)
    return (reader.result, reader.errors)
  }

  /// Reads a file of parameters: one flat mapping, like `params` in front matter.
  static func readParameters(
    _ text: String, name: String
  ) throws -> [(name: String, value: Value)] {
    var reader = FrontMatterReader(
      source: Source(name: name, text: text), firstLine: 1, names: [])
    let pairs = reader.mapping(text).compactMap { key, node in
      reader.value(of: node).map { (key.string, $0) }
    }
    guard reader.errors.isEmpty else { throw NotebookErrors(errors: reader.errors) }
    return pairs
  }

  private init(source: Source, firstLine: Int, names: Set<String>) {
    self.source = source
    self.firstLine = firstLine
    self.names = names
  }

  private mutating func read(_ text: String) {
    for (key, node) in mapping(text) {
      switch key.string {
      case "title": result.title = string(node, key)
      case "author": result.authors = strings(node, key)
      case "date": result.date = string(node, key)
      case "seed": result.seed = whole(node, key, 0...Int(Int32.max)).map(UInt64.init)
      case "mim": checkVersion(node, key)
      case "params": readParams(node, key)
      case "figures": readFigures(node, key)
      default: reportUnknown(key, among: FrontMatter.keys, in: "front matter")
      }
    }
  }

  private mutating func readParams(_ node: Node, _ key: Node.Scalar) {
    for (name, node) in nested(node, key) {
      guard isName(name.string) else {
        report("E613", "`\(name.string)` cannot be the name of a parameter", name.mark)
        continue
      }
      guard let value = value(of: node) else { continue }
      let place = span(name.mark)
      let width = name.string.utf8.count
      let isPlain = place.text.hasPrefix(name.string)
      result.params.append(
        .init(
          name: name.string, value: value,
          span: isPlain
            ? Span(source, place.range.lowerBound..<place.range.lowerBound + width) : nil))
    }
  }

  private mutating func readFigures(_ node: Node, _ key: Node.Scalar) {
    for (name, node) in nested(node, key) {
      switch name.string {
      case "dir": if let folder = folder(node, name) { result.figures.folder = folder }
      case "format":
        let formats = strings(node, name).compactMap { format($0, name) }
        if !formats.isEmpty { result.figures.formats = formats }
      case "dpi": if let dpi = whole(node, name, 30...2400) { result.figures.dpi = dpi }
      case "width":
        if let width = number(node, name, 0.5...50) { result.figures.width = width }
      default: reportUnknown(name, among: FrontMatter.figureKeys, in: "`figures`")
      }
    }
  }

  private func isName(_ text: String) -> Bool {
    guard let first = text.first, first.isLetter, !names.contains(text) else { return false }
    return text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
  }

  // MARK: YAML

  /// The pairs of the mapping that the text is.
  private mutating func mapping(_ text: String) -> [(Node.Scalar, Node)] {
    if let problem = YAMLGuard.problem(text) {
      report("E611", "front matter: \(problem)", nil)
      return []
    }
    do {
      guard let root = try compose(yaml: text) else { return [] }
      return pairs(root, "the front matter is not a list of `key: value` lines")
    } catch let error as YamlError {
      report(error)
    } catch {
      report("E611", "\(error)", nil)
    }
    return []
  }

  private mutating func nested(_ node: Node, _ key: Node.Scalar) -> [(Node.Scalar, Node)] {
    pairs(node, "`\(key.string)` needs `name: value` pairs")
  }

  private mutating func pairs(_ node: Node, _ message: String) -> [(Node.Scalar, Node)] {
    guard case .mapping(let mapping) = node else {
      report("E611", message, node.mark)
      return []
    }
    return mapping.compactMap { key, value in
      guard case .scalar(let scalar) = key else {
        report("E611", "a key must be a single word", key.mark)
        return nil
      }
      return (scalar, value)
    }
  }

  private mutating func value(of node: Node) -> Value? {
    switch node {
    case .scalar(let scalar): return FrontMatterReader.value(of: scalar)
    case .sequence(let sequence):
      var values: [Value] = []
      for element in sequence {
        guard case .scalar(let scalar) = element else {
          report("E611", "a list can contain only plain values", element.mark)
          return nil
        }
        values.append(FrontMatterReader.value(of: scalar))
      }
      return .list(values)
    default:
      report("E611", "this is nested too deeply", node.mark)
      return nil
    }
  }

  /// Plain scalars become numbers, `true`, `false` or nothing as in the language; quoted ones text.
  private static func value(of scalar: Node.Scalar) -> Value {
    guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
    switch scalar.string {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "none", "null", "~", "": return .none
    default:
      return ParameterText.number(scalar.string).map { .number($0) } ?? .string(scalar.string)
    }
  }

  // MARK: Typed values

  private mutating func string(_ node: Node, _ key: Node.Scalar) -> String? {
    guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
      report("E612", "`\(key.string)` needs text", node.mark ?? key.mark)
      return nil
    }
    return scalar.string
  }

  private mutating func strings(_ node: Node, _ key: Node.Scalar) -> [String] {
    guard case .sequence(let sequence) = node else { return string(node, key).map { [$0] } ?? [] }
    return sequence.compactMap { string($0, key) }
  }

  private mutating func number(
    _ node: Node, _ key: Node.Scalar, _ range: ClosedRange<Double>
  ) -> Double? {
    if case .number(let number)? = value(of: node), range.contains(number) { return number }
    report(
      "E612", "`\(key.string)` needs a number from \(range.lowerBound) to \(range.upperBound)",
      node.mark ?? key.mark)
    return nil
  }

  private mutating func whole(
    _ node: Node, _ key: Node.Scalar, _ range: ClosedRange<Int>
  ) -> Int? {
    if case .number(let number)? = value(of: node), let whole = Int(exactly: number),
      range.contains(whole)
    {
      return whole
    }
    report(
      "E612",
      "`\(key.string)` needs a whole number from \(range.lowerBound) to \(range.upperBound)",
      node.mark ?? key.mark)
    return nil
  }

  private mutating func folder(_ node: Node, _ key: Node.Scalar) -> String? {
    guard let folder = string(node, key) else { return nil }
    let parts = folder.split(separator: "/", omittingEmptySubsequences: false)
    guard !folder.hasPrefix("/"), !parts.contains(".."), !folder.contains("\0") else {
      report("E612", "`dir` must be a folder inside the output folder", node.mark)
      return nil
    }
    return parts.filter { !$0.isEmpty && $0 != "." }.joined(separator: "/")
  }

  private mutating func format(_ name: String, _ key: Node.Scalar) -> FigureFormat? {
    if let format = FigureFormat(rawValue: name) { return format }
    report("E612", "`\(name)` is not one of `png`, `pdf`, `svg`", key.mark)
    return nil
  }

  private mutating func checkVersion(_ node: Node, _ key: Node.Scalar) {
    guard let text = string(node, key) else { return }
    guard let requirement = VersionRequirement(text) else {
      report(
        "E612", "`\(text)` is not a version requirement", node.mark,
        notes: ["for example, write: mim: \">=0.1\""])
      return
    }
    if !requirement.allows(programVersion) {
      report(
        "E614", "this notebook needs mim-repl \(text); this is \(programVersion)", node.mark)
    }
  }

  // MARK: Errors

  private mutating func reportUnknown(
    _ key: Node.Scalar, among keys: [String], in place: String
  ) {
    report(
      "E612", "\(place) has no key `\(key.string)`", key.mark,
      label: Suggestions.label(for: key.string, in: keys),
      notes: ["keys: " + keys.joined(separator: " ")], fixes: fixes(key, among: keys))
  }

  /// The rest of the line with another key.
  private func fixes(_ key: Node.Scalar, among keys: [String]) -> [ScriptError.Fix] {
    let rest = span(key.mark).text
    guard rest.hasPrefix(key.string) else { return [] }
    return Suggestions.near(key.string, in: keys).map {
      ScriptError.Fix($0 + rest.dropFirst(key.string.count))
    }
  }

  private mutating func report(_ error: YamlError) {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let place = context.map { " " + $0.text } ?? ""
      // A colon is missing where the key began, not where the reader gave up.
      let isKey = context?.text.contains("simple key") == true
      report("E611", "front matter: \(problem)\(place)", isKey ? context?.mark ?? mark : mark)
    case .duplicatedKeysInMapping(let duplicates, let context):
      let keys = duplicates.map { "`\($0)`" }.joined(separator: ", ")
      report("E611", "front matter gives \(keys) twice", context.mark)
    default: report("E611", "front matter: \(error)", nil)
    }
  }

  private mutating func report(
    _ code: String, _ message: String, _ mark: Mark?, label: String? = nil, notes: [String] = [],
    fixes: [ScriptError.Fix] = []
  ) {
    // Finding a place takes time, and nobody reads on further.
    guard errors.count < Self.mostErrors else { return }
    errors.append(
      ScriptError(
        code, message, kind: .check, at: span(mark), label: label, notes: notes, fixes: fixes))
  }

  /// The rest of the line at a YAML mark, as a span of the file.
  private func span(_ mark: Mark?) -> Span {
    let bytes = Array(source.text.utf8)
    let line = firstLine + max(0, (mark?.line ?? 1) - 1)
    var start = 0
    var number = 1
    while number < line, let end = bytes[start...].firstIndex(of: 10) {
      start = end + 1
      number += 1
    }
    let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
    let text = String(decoding: bytes[start..<end], as: UTF8.self)
    let offset = text.unicodeScalars.prefix(max(0, (mark?.column ?? 1) - 1))
      .reduce(0) { $0 + UTF8.width($1) }
    return Span(source, min(start + offset, end)..<end)
  }
}
