import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("Formulas and contents of reports")
struct FormulaTests {
  /// What another converter makes of a formula (`Tests/References/formulas.py`).
  private struct Sample: Decodable {
    let tex: String
    /// The characters of its tokens, without blanks.
    let text: String
    /// How many elements of each kind that arranges others.
    let elements: [String: Int]
  }

  private static func samples() throws -> [Sample] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/formulas.json")
    return try JSONDecoder().decode([Sample].self, from: Data(contentsOf: path))
  }

  private static let arranging = [
    "msub", "msup", "msubsup", "munder", "mover", "munderover", "mfrac", "msqrt", "mroot", "mtr",
    "mtd",
  ]

  @Test("formulas have the characters and the structure that latex2mathml gives them")
  func structure() throws {
    let samples = try Self.samples()
    #expect(samples.count > 30)
    for sample in samples {
      let html = Formula.html(of: "$$\(sample.tex)$$")
      let begin = try #require(html.range(of: "<semantics>"), "\(sample.tex): \(html)")
      let end = try #require(html.range(of: "<annotation"))
      let math = String(html[begin.upperBound..<end.lowerBound])
      let text = math.replacing(/<[^>]*>/, with: "").replacing("&lt;", with: "<")
        .replacing("&gt;", with: ">").replacing("&amp;", with: "&")
        .filter { !$0.isWhitespace && $0 != "\u{A0}" }
      #expect(text == sample.text, "\(sample.tex)")
      for element in Self.arranging {
        let count = math.ranges(of: "<\(element)>").count + math.ranges(of: "<\(element) ").count
        #expect(count == sample.elements[element] ?? 0, "\(element) in \(sample.tex): \(math)")
      }
    }
  }

  @Test("limits of sums and maxima stand below them where a formula has a line of its own")
  func limits() {
    for tex in ["\\max_{x}", "\\sum_{x}", "\\lim_{x}", "\\operatorname*{arg\\,max}_{x}"] {
      #expect(Formula.html(of: "$$\(tex) f$$").contains("<munder>"), "\(tex)")
    }
    #expect(Formula.html(of: "$\\int_0^1$").contains("<msubsup>"))
  }

  @Test(
    "what is not known, or not finished, is shown as it was written",
    arguments: [
      "\\unknown{x}", "\\frac{1}", "{x", "x}", "x^", "a_b_c", "\\left( x",
      "\\begin{odd}x\\end{odd}",
      "\\begin{matrix}x", "\\end{matrix}", "a & b", "\\text{open", "\\text{a $x$}", "#",
      String(repeating: "{", count: 5000) + String(repeating: "}", count: 5000), "\\sqrt[3 x",
      String(repeating: "\\sqrt", count: 3000), "\\",
    ])
  func unknown(tex: String) {
    let html = Formula.html(of: "$$\(tex)$$")
    #expect(!html.contains("<math") && html.contains(tex.prefix(3).replacing("&", with: "&amp;")))
  }

  @Test("prices, code and escaped dollars are no formulas")
  func noFormulas() {
    for text in [
      "It costs $5 and $10.", "a $ b $ c", "from $5-$10", "`$x$` and `$y$`", "\\$x\\$", "$$",
      "$$ $$",
      "$x\n\ny$", "100$", "$10, and `$x$`", "```\n$x$\n```",
    ] { #expect(!Formula.html(of: text).contains("<math"), "\(text)") }
    let html = Formula.html(of: "A `$a$`, then $b$; $5, $c^2$.")
    #expect(html.ranges(of: "<math ").count == 2 && html.contains("`$a$`") && html.contains("$5,"))
    #expect(Formula.html(of: "$a < b \\& \\text{<i>}$").contains("&lt;i&gt;"))
    #expect(!Formula.html(of: "$\\text{<script>}$ <script>").contains("<script"))
  }

  private func report(_ text: String) throws -> String {
    let folder = try TemporaryFolder()
    let output = CollectedOutput()
    var options = RunOptions()
    options.outputFolder = folder.path + "/out"
    let code = Commands.run(
      try folder.write(text, to: "n.mimnb"), options: options, output: output,
      interruption: Interruption())
    #expect(code == .ok, "\(output.error)")
    return try folder.text("out/report.html")
  }

  @Test("formulas of the prose are typeset where Markdown would have read them as emphasis")
  func prose() throws {
    let html = try report(
      """
      # $\\beta$-VAE

      Let $z_{i}*w_{j}$ and $a*b$ be, and `$x$` code. A price: \\$5. ![a](none$1$.png)

          $indented$

      - item $$\\sum_{i=1}^n x_i$$

      ```mim
      #| label: a
      #| caption: The value of $\\alpha$
      a = "$q$"
      plot [1, 2, 3]
      ```

      Value `{mim} a`.
      """)
    #expect(html.contains("<msub><mi>z</mi><mi>i</mi></msub><mo>∗</mo>"))
    #expect(!html.contains("<em>") && !html.contains("mimformula"))
    #expect(html.contains("<code>$x$</code>") && html.contains("price: $5"))
    #expect(html.contains("$indented$") && html.contains("<math display=\"block\""))
    #expect(html.contains("The value of <math"))
    // A text value is not read as a formula.
    #expect(html.contains("Value $q$."))
    #expect(html.contains("<h1 id=\"sec-β-vae\">"))
  }

  @Test("three headings make a table of contents whose links lead to them")
  func contents() throws {
    let text =
      "---\ntitle: T\n---\n# T\n\n## One\n\n### Deep [link](http://x.org) *em*\n\n## One\n\n#### No\n"
    let html = try report(text)
    let links = html.matches(of: /<a href="#(sec-[^"]*)">/).map { String($0.output.1) }
    #expect(links == ["sec-one", "sec-deep-link-em", "sec-one-2"])
    for link in links { #expect(html.contains("id=\"\(link)\"")) }
    #expect(html.contains("Deep link <em>em</em></a><") && html.contains("<nav class=\"contents\""))
    let short = try report("# T\n\n## One\n\n## Two\n")
    #expect(!short.contains("<nav") && short.contains("<h2 id=\"sec-two\">"))
  }

  @Test("a title stays beside a first heading of its own")
  func title() throws {
    #expect(try report("---\ntitle: The title\n---\n# Start\n").contains("<h1>The title</h1>"))
    #expect(!(try report("---\ntitle: Start\n---\n# Start\n").contains("<h1>Start</h1>")))
  }

  @Test("figures of several panels are also there with their panels below one another")
  func narrow() throws {
    let html = try report(
      "```mim\nfigure cols=2 width=6 {\nplot [1, 2, 3]\nplot [2, 3]\n}\nplot [1, 2]\n```\n")
    #expect(html.ranges(of: "<picture>").count == 1 && html.ranges(of: "<img ").count == 2)
    let sizes = try html.matches(of: /data:image\/png;base64,([^"]*)/).prefix(2).map { match in
      let bytes = try #require(Data(base64Encoded: String(match.output.1)))
      return (
        bytes[16..<20].reduce(0) { $0 << 8 | Int($1) },
        bytes[20..<24].reduce(0) { $0 << 8 | Int($1) }
      )
    }
    // First the narrow one, then the wide one.
    #expect(sizes[0].0 == 1020 && sizes[1].0 == 1800 && sizes[0].1 > sizes[1].1, "\(sizes)")
  }
}
