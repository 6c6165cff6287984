import MIMScript
import MIMSession
import Testing

@Suite("Front matter")
struct FrontMatterTests {
  private func run(_ frontMatter: String) throws -> NotebookRun {
    try NotebookRun("---\n\(frontMatter)\n---\n\n```mim\nx = 1\n```\n")
  }

  @Test("known keys are taken; parameters become names")
  func knownKeys() throws {
    let text = """
      ---
      title: A title
      author: [One, Two]
      seed: 7
      mim: ">=0.1"
      params: {epochs: 10_000, lr: 5e-4, kind: mim, on: true, sizes: [5, 50]}
      figures: {dir: pics, format: [png, pdf], dpi: 100, width: 3.4}
      ---
      ```mim
      #| label: a
      epochs + lr
      kind
      on
      sizes
      picture
      ```
      """
    let run = try NotebookRun(text)
    #expect(run.code == .ok, "\(run.output.error)")
    #expect(run.output.out.prefix(3) == ["10000.0005", "mim", "true"])
    #expect(run.folder.names("out/pics") == ["a.pdf", "a.png"])
    #expect(run.record["seed"] as? Int == 7)
    #expect(run.html.contains("<h1>A title</h1>"))
    #expect(run.html.contains("One · Two"))
  }

  @Test(
    "each mistake is one error with its line",
    arguments: [
      ("titel: x", "E612", 2, "did you mean `title`?"),
      ("title: x\nfigures: {dip: 3}", "E612", 3, "did you mean `d"),
      ("figures: {format: gif}", "E612", 2, ""),
      ("figures: {dpi: 1e9}", "E612", 2, ""),
      ("figures: {dir: ../up}", "E612", 2, ""),
      ("seed: abc", "E612", 2, ""),
      ("seed: 1.5", "E612", 2, ""),
      ("params: 3", "E611", 2, ""),
      ("params: {a: {b: 1}}", "E611", 2, ""),
      ("params: {train: 1}", "E613", 2, ""),
      ("params: {1a: 1}", "E613", 2, ""),
      ("mim: \">=9.0\"", "E614", 2, ""),
      ("mim: soon", "E612", 2, ""),
      ("title: [a", "E611", 2, ""),
      ("title: a\ntitle: b", "E611", 2, ""),
      ("- a\n- b", "E611", 2, ""),
    ])
  func mistakes(text: String, code: String, line: Int, label: String) throws {
    let run = try run(text)
    #expect(run.code == .check)
    #expect(run.output.codes == [code])
    let error = try #require(run.output.errors.first)
    let span = try #require(error.span)
    #expect(Diagnostics.line(of: span) >= line)
    #expect(label.isEmpty || error.label?.hasPrefix(label) == true)
    #expect(run.folder.names("out").isEmpty)
  }

  @Test("a forgotten colon is shown in its own line, not where the next one begins")
  func colon() throws {
    let run = try run("title: a\nseed 1\nparams: {epochs: 3}")
    #expect(run.output.codes == ["E611"])
    let span = try #require(run.output.errors.first?.span)
    #expect(Diagnostics.line(of: span) == 3)
  }

  @Test("empty front matter is none")
  func empty() throws {
    #expect(try run("").code == .ok)
    #expect(try run("# only a comment").code == .ok)
  }

  @Test("what would keep a reader of YAML busy for hours is refused at once")
  func bombs() throws {
    let aliases = (1...9).map { "l\($0): &l\($0) {? *l\($0 - 1) : 1, ? [*l\($0 - 1)] : 2}" }
    let keys = (0..<100_000).map { "key\($0): \($0)" }
    let many = (0..<9_000).map { "key\($0): \($0)" }
    let texts = [
      "l0: &l0 a\n" + aliases.joined(separator: "\n"), keys.joined(separator: "\n"),
      many.joined(separator: "\n"), "a: " + String(repeating: "[", count: 100_000),
      String(repeating: "- ", count: 50_000), "a: [1, *b]",
      (0..<5_000).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n"),
    ]
    for text in texts {
      let run = try NotebookRun("---\n\(text)\n---\n```mim\n1\n```\n")
      #expect(run.code == .check)
      #expect(["E611", "E612"].contains(run.output.codes.first ?? ""))
      #expect(run.output.codes.count <= 20)
    }
    let fine = try NotebookRun(
      "---\ntitle: \"*stars* & more\"\nauthor: [A & B, 'C, *d']\n---\n```mim\n1\n```\n")
    #expect(fine.code == .ok)
  }
}
