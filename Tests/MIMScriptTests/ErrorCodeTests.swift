import Foundation
import MIMScript
import Testing

@Suite("Error codes")
struct ErrorCodeTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The codes that some line of the sources makes an error with, each with a file that does.
  private let thrown: [String: String]

  /// The codes that comments, messages and `docs/` speak of, each with a file that does.
  private let named: [String: String]

  init() throws {
    var thrown: [String: String] = [:]
    var named: [String: String] = [:]
    for (path, text) in try Self.files(in: ["Sources"], ending: ".swift") {
      for match in text.matches(of: /\b[EW][0-9]{3}\b/) { named[String(match.output)] = path }
      guard !path.contains("/ErrorCatalog") else { continue }
      for code in Self.codesMade(in: text) { thrown[code] = path }
    }
    for (path, text) in try Self.files(in: ["docs", "README.md", "notebooks"], ending: ".md") {
      for match in text.matches(of: /\b[EW][0-9]{3}\b/) { named[String(match.output)] = path }
    }
    (self.thrown, self.named) = (thrown, named)
  }

  @Test("every code that an error is made with has a page")
  func thrownCodesHavePages() {
    #expect(thrown.count > 80, "the sources were not found")
    for (code, path) in thrown.sorted(by: { $0.key < $1.key }) {
      #expect(ErrorCatalog.explanation(of: code) != nil, "\(code) of \(path) has no page")
    }
  }

  @Test("every page belongs to a code that some error is made with")
  func pagesHaveErrors() {
    for code in ErrorCatalog.codes {
      #expect(thrown[code] != nil, "nothing makes an error \(code)")
    }
  }

  @Test("no code has two pages, and each page says something")
  func onePageEach() {
    let codes = ErrorCatalog.pages.map(\.code)
    let twice = Dictionary(grouping: codes) { $0 }.filter { $0.value.count > 1 }.keys
    #expect(twice.isEmpty)
    #expect(ErrorCatalog.codes == codes.sorted())
    for page in ErrorCatalog.pages {
      #expect(page.code.wholeMatch(of: /[EW][0-9]{3}/) != nil)
      #expect(page.text.count > 20 && !page.text.contains("  "), "\(page.code)")
    }
  }

  @Test("every code that comments, messages and docs speak of has a page")
  func namedCodesHavePages() {
    for (code, path) in named.sorted(by: { $0.key < $1.key }) {
      #expect(ErrorCatalog.explanation(of: code) != nil, "\(code) in \(path) has no page")
    }
  }

  @Test("codes that are compared with are no errors made")
  func comparisons() {
    let text = """
      throw ScriptError("E001", "a"); code = "E002"; default: "E003"
      if $0.code == "E004" || "E005" != code || ["E006", "E007"].contains(code) { }
      let label = code == "E008" ? nil : other
      """
    #expect(Self.codesMade(in: text).sorted() == ["E001", "E002", "E003"])
  }

  /// Every code in quotes but for those that a line only compares with.
  private static func codesMade(in text: String) -> Set<String> {
    let made =
      text
      .replacing(/[=!]= "[EW][0-9]{3}"/, with: "")
      .replacing(/"[EW][0-9]{3}" [=!]=/, with: "")
      .replacing(/\[("[EW][0-9]{3}",?\s*)+\]\.contains/, with: "")
    return Set(made.matches(of: /"([EW][0-9]{3})"/).map { String($0.output.1) })
  }

  private static func files(
    in places: [String], ending: String
  ) throws -> [(path: String, text: String)] {
    try places.flatMap { place in
      let url = root.appending(path: place)
      let inside = FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String }
      let paths = inside.map { $0.map { "\(place)/\($0)" } } ?? []
      return try (paths + [place]).filter { $0.hasSuffix(ending) }.map { path in
        (path, try String(contentsOf: root.appending(path: path), encoding: .utf8))
      }
    }
  }
}
