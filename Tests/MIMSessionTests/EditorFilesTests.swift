import Foundation
import MIMScript
import MIMSession
import Testing

/// The highlighting under `editors/` knows the words that the language has: no more, no less.
@Suite struct EditorFilesTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("editors")

  private func text(_ file: String) throws -> String {
    try String(contentsOf: Self.folder.appendingPathComponent(file), encoding: .utf8)
  }

  private static let constants = ["false", "none", "true"]
  private static let logic = ["and", "not", "or"]
  private static let control = Words.keywords.subtracting(constants + logic).sorted()
  private static let functions = builtinTable.vocabulary.functions.sorted()
  private static let verbs = builtinTable.vocabulary.verbs.subtracting(Words.keywords).sorted()

  private static let lists = [
    ("constants", constants), ("operators", logic), ("control", control), ("functions", functions),
    ("verbs", verbs),
  ]

  @Test("the grammar for TextMate and VS Code has every word", arguments: lists)
  func textMate(_ kind: String, _ words: [String]) throws {
    let list = words.joined(separator: "|")
    #expect(
      try text("vscode/syntaxes/mim.tmLanguage.json").contains("(?:\(list))"), "\(kind): \(list)")
  }

  @Test("vim's syntax file has every word", arguments: lists)
  func vim(_ kind: String, _ words: [String]) throws {
    let list = words.joined(separator: "\\|")
    #expect(try text("vim/syntax/mim.vim").contains("\\%(\(list)\\)"), "\(kind): \(list)")
  }

  @Test("the lexer for Pygments has every word", arguments: lists)
  func pygments(_ kind: String, _ words: [String]) throws {
    let names = [
      "constants": "CONSTANTS", "operators": "LOGIC", "control": "CONTROL",
      "functions": "FUNCTIONS", "verbs": "VERBS",
    ]
    let lexer = try text("pygments/mim_lexer.py")
    let start = try #require(lexer.firstRange(of: "\(names[kind] ?? "") = \"\"\""))
    let list = lexer[start.upperBound...].prefix { $0 != "\"" }.split { $0.isWhitespace }
    #expect(list.map(String.init) == words, "\(kind)")
  }

  @Test("the files for VS Code are JSON, and the manifest names files that are there")
  func manifest() throws {
    let manifest = try json("vscode/package.json")
    let contributes = try #require(manifest["contributes"] as? [String: Any])
    let grammars = try #require(contributes["grammars"] as? [[String: Any]])
    for grammar in grammars {
      let path = try #require(grammar["path"] as? String)
      #expect(try json("vscode/" + path)["scopeName"] as? String == grammar["scopeName"] as? String)
    }
    _ = try json("vscode/language-configuration.json")
  }

  private func json(_ file: String) throws -> [String: Any] {
    let data = try Data(contentsOf: Self.folder.appendingPathComponent(file))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }
}

/// The words that can never be bound and are no verbs.
private enum Words {
  static let keywords: Set<String> = {
    let all =
      builtinTable.helpPages + ["else", "in", "by", "and", "or", "not", "true", "false", "none"]
    return Set(
      (all + ["sweep", "figure"]).filter { word in
        let parsed = Parser.parse(
          Source(name: "", text: "\(word) = 1"), vocabulary: Vocabulary.none)
        return parsed.errors.first?.code == "E012"
      })
  }()
}

extension Vocabulary {
  /// A language without verbs: what is still reserved is a keyword.
  fileprivate static let none = HostTable([]).vocabulary
}
