import Foundation
import MIMScript
import Testing

/// Programs in `Tests/Programs/<feature>/*.mim`; what they show and the errors they give stand in
/// comments on the very line: `# expect: 3`, `# expect error E014 at 3:23: arithmetic`.
@Suite struct ProgramTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Programs")

  static let programs: [String] = {
    let files = FileManager.default.enumerator(atPath: folder.path)?.allObjects ?? []
    return files.compactMap { $0 as? String }.filter { $0.hasSuffix(".mim") }.sorted()
  }()

  @Test("there are programs to run")
  func programsExist() {
    #expect(Self.programs.count >= 20)
  }

  @Test("a program shows what its comments expect", arguments: programs)
  func program(_ name: String) throws {
    let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
    let outcome = Outcome(running: Source(name: name, text: text))
    let expectation = Expectation(text)
    #expect(outcome.lines == expectation.lines)
    #expect(outcome.errors.count == expectation.errors.count, "\(outcome.errors)")
    for (found, expected) in zip(outcome.errors, expectation.errors) {
      #expect(found.hasPrefix(expected), "expected \(expected), found \(found)")
    }
  }
}

/// What a program's comments expect.
struct Expectation {
  var lines: [String] = []
  var errors: [String] = []

  init(_ text: String) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      for part in line.components(separatedBy: "# expect").dropFirst() {
        if part.hasPrefix(":") {
          let shown = part.dropFirst()
          lines.append(String(shown.hasPrefix(" ") ? shown.dropFirst() : shown).trimmedEnd)
        } else if part.hasPrefix(" error ") {
          errors.append(String(part.dropFirst(7)).trimmedEnd)
        }
      }
    }
  }
}

extension String {
  fileprivate var trimmedEnd: String {
    String(reversed().drop { $0 == " " }.reversed())
  }
}

/// What a program does: parse, check, and run when both find nothing.
struct Outcome {
  var lines: [String] = []
  var errors: [String] = []
  var host = RecordingHost()

  init(running source: Source, overrides: [String: ParameterOverride] = [:]) {
    let parsed = Parser.parse(source, vocabulary: StubTable.table.vocabulary)
    var found = parsed.errors
    if found.isEmpty {
      var checker = Checker(table: StubTable.table, overrides: overrides)
      found = checker.check(parsed.program)
    }
    if found.isEmpty {
      let interpreter = Interpreter(table: StubTable.table, host: host, overrides: overrides)
      do {
        try interpreter.run(parsed.program)
      } catch {
        found = [error as? ScriptError ?? ScriptError("none", "\(error)")]
      }
    }
    lines = host.lines
    errors = found.map { error in
      let place = error.span?.position
      let label = error.label.map { " | \($0)" } ?? ""
      return "\(error.code) at \(place?.line ?? 0):\(place?.column ?? 0): \(error.message)\(label)"
    }
  }
}
