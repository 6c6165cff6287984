import Foundation
import MIMScript
import MIMSession
import Testing

/// Laying out keeps what a text means, and laying out again changes nothing: for the examples of all help pages, the committed
/// notebooks, the documentation, and many other layouts of them.
@Suite struct FormatterPropertyTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let vocabulary = builtinTable.vocabulary

  private static func files(_ folder: String, _ ending: String) -> [String] {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: root.path + "/" + folder)) ?? []
    return names.filter { $0.hasSuffix(ending) }.sorted().map { "\(folder)/\($0)" }
  }

  private static let notebooks =
    files("notebooks", ".mimnb")

  private static func read(_ file: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: root.appendingPathComponent(file)))
  }

  /// Programs as people write them.
  private static let programs: [String] = {
    var programs = builtinTable.functions.map(\.example)
    for page in files("docs", ".md") + ["README.md"] + notebooks {
      let notebook = (try? read(page)).flatMap { try? NotebookReader.read($0, name: page) }
      programs += notebook?.cells.map(\.source.text) ?? []
    }
    return programs.filter { tree($0) != nil }
  }()

  /// The syntax tree as text, without places; nil for what is no program.
  private static func tree(_ text: String) -> String? {
    let parsed = Parser.parse(Source(name: "", text: text), vocabulary: vocabulary)
    guard parsed.errors.isEmpty else { return nil }
    return parsed.program.statements.map(TreeText.text).joined(separator: "\n")
  }

  private func format(_ text: String) throws -> String {
    try ScriptFormatter.format(
      Source(name: "p", text: text), vocabulary: Self.vocabulary)
  }

  private static func comments(_ text: String) -> Int { text.count { $0 == "#" } }

  private func expectKept(_ text: String) throws {
    let new = try format(text)
    #expect(Self.tree(new) == Self.tree(text), "\(text)\n->\n\(new)")
    #expect(try format(new) == new, "\(text)")
    #expect(Self.comments(new) == Self.comments(text))
    let keys = [text, new].map { text in
      Parser.parse(Source(name: "", text: text), vocabulary: Self.vocabulary).program.statements
        .map { $0.normalisedText + "\($0.isHidden)" }
    }
    #expect(keys[0] == keys[1], "the cache would miss: \(text)")
  }

  @Test("examples, documentation and notebooks mean the same afterwards, and stay as they are")
  func programs() throws {
    #expect(Self.programs.count > 150)
    for program in Self.programs { try expectKept(program) }
  }

  @Test("other blanks between the same tokens give the same layout", arguments: 0..<4)
  func blanks(_ seed: Int) throws {
    var generator = SplitMix(state: UInt64(seed))
    var changed = 0
    for program in Self.programs {
      let other = Layouts.withOtherBlanks(program, &generator)
      guard other != program, Self.tree(other) == Self.tree(program) else { continue }
      changed += 1
      #expect(try format(other) == format(program), "\(program)\n--\n\(other)")
    }
    #expect(changed > 60)
  }

  @Test("recipes have the canonical layout, and mean the same")
  func recipes() throws {
    func plain(_ text: String) -> [String] {
      Parser.parse(Source(name: "", text: text), vocabulary: Self.vocabulary).program.statements
        .map(\.plainText)
    }
    for program in Self.programs {
      let texts = plain(program)
      #expect(plain(try format(program)) == texts)
      for text in texts {
        #expect(try format(text) == text + "\n")
        #expect(!text.contains("#") || program.contains("\""))
      }
    }
  }

  @Test("texts with other line breaks and comments keep their meaning", arguments: 0..<4)
  func lines(_ seed: Int) throws {
    var generator = SplitMix(state: UInt64(100 + seed))
    var changed = 0
    for program in Self.programs {
      let other = Layouts.withOtherLines(program, &generator)
      guard other != program, Self.tree(other) != nil else { continue }
      changed += 1
      try expectKept(other)
    }
    #expect(changed > 60)
  }

  @Test("committed notebooks are laid out, and their prose stays", arguments: notebooks)
  func notebook(_ file: String) throws {
    let bytes = try Self.read(file)
    let new = try NotebookFormatter.format(bytes, name: file, vocabulary: Self.vocabulary)
    #expect(new == bytes, "run: mim-repl format \(file)")
  }
}

/// Other layouts of a program.
private enum Layouts {
  /// Places between characters that stand neither in text nor in a comment.
  private static func places(_ characters: [Character]) -> [Int] {
    var places: [Int] = []
    var quote: Character?
    var isComment = false
    for (place, character) in characters.enumerated() {
      if quote == nil, !isComment { places.append(place) }
      if isComment {
        isComment = character != "\n"
      } else if let open = quote {
        if character == open || character == "\n" { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character == "#" {
        isComment = true
      }
    }
    return places
  }

  static func withOtherBlanks(_ text: String, _ generator: inout SplitMix) -> String {
    var characters = Array(text)
    for place in places(characters).reversed() where Int.random(in: 0..<3, using: &generator) == 0 {
      let isBlank = characters[place] == " "
      // The blanks before a comment are part of a line, too.
      if isBlank || "=,()[]{};+*/".contains(characters[place]) {
        characters.insert(" ", at: place)
      }
    }
    return String(characters)
  }

  static func withOtherLines(_ text: String, _ generator: inout SplitMix) -> String {
    var characters = Array(text)
    for place in places(characters).reversed()
    where Int.random(in: 0..<6, using: &generator) == 0 {
      guard ",([{}\n".contains(characters[place]) else { continue }
      let new = ["\n", "\n\n\n", " # c\n", "\n   # own line\n", "\t\n"].randomElement(
        using: &generator)
      characters.insert(contentsOf: Array(new ?? ""), at: place + 1)
    }
    return String(characters)
  }
}

private struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// A syntax tree as text, without places.
private enum TreeText {
  static func text(_ statement: Statement) -> String {
    let hidden = statement.isHidden ? ";" : ""
    switch statement.kind {
    case .parameter(let name, let initial, let domain):
      return "(param \(name.text) \(text(initial)) \(domain.map(text) ?? "-"))\(hidden)"
    case .loop(let name, let values, let body):
      return "(for \(name.text) \(text(values)) \(text(body)))\(hidden)"
    case .conditional(let condition, let then, let otherwise):
      return "(if \(text(condition)) \(text(then)) \(otherwise.map(text) ?? "-"))\(hidden)"
    case .timed(let inner): return "(time \(text(inner)))\(hidden)"
    case .evaluate(let target, let expression):
      return "(\(target?.text ?? "-") = \(text(expression)))\(hidden)"
    }
  }

  private static func text(_ body: [Statement]) -> String {
    "{" + body.map(text).joined(separator: " ") + "}"
  }

  private static func text(_ arguments: [Argument]) -> String {
    arguments.map { "\($0.name?.text ?? "_"):\(text($0.value))" }.joined(separator: " ")
  }

  private static func text(_ expression: MIMScript.Expression) -> String {
    switch expression.kind {
    case .none: "none"
    case .bool(let flag): "\(flag)"
    case .number(let number): "\(number)"
    case .string(let text): "'\(text)'"
    case .name(let name): name
    case .field(let base, let name): "(. \(text(base)) \(name.text))"
    case .call(let call): "(call \(call.verb.text) \(text(call.arguments)))"
    case .list(let elements): "[" + elements.map(text).joined(separator: " ") + "]"
    case .group(let inner): "(group \(text(inner)))"
    case .range(let first, let last, let step):
      "(range \(text(first)) \(text(last)) \(step.map(text) ?? "-"))"
    case .unary(let sign, let inner): "(\(sign.rawValue) \(text(inner)))"
    case .binary(let sign, let left, let right):
      "(\(sign.rawValue) \(text(left)) \(text(right)))"
    case .sweep(let sweep):
      "(sweep \(text(sweep.options)) \(text(sweep.axes)) \(text(sweep.body)))"
    case .figure(let figure): "(figure \(text(figure.options)) \(text(figure.body)))"
    case .invalid: "invalid"
    }
  }
}
