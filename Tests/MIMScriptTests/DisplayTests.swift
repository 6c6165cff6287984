import Foundation
import MIMScript
import Testing

@Suite struct DisplayTests {
  static let table = Table(
    title: "metrics",
    columns: [
      Table.Column("kind"), Table.Column("mi", title: "MI (nats)"),
      Table.Column("n", format: "%.0f"), Table.Column("note"),
    ],
    rows: [
      [.string("mim"), .number(6.123456), .number(3000), .none],
      [.string("v|a_e"), .number(-0.00012345), .number(3000), .string("a, \"b\"")],
    ], notes: ["mean ± sd"])

  @Test("a table on a terminal is aligned, numbers with four significant digits to the right")
  func terminal() {
    #expect(
      Self.table.text(width: 80) == [
        "metrics",
        "kind    MI (nats)     n  note",
        "mim         6.123  3000",
        "v|a_e  -0.0001234  3000  a, \"b\"",
        "mean ± sd",
      ])
  }

  @Test("in a narrow terminal the columns that don't fit follow below, behind the first column")
  func narrow() {
    #expect(
      Self.table.text(width: 24) == [
        "metrics",
        "kind    MI (nats)     n",
        "mim         6.123  3000",
        "v|a_e  -0.0001234  3000",
        "",
        "kind   note",
        "mim",
        "v|a_e  a, \"b\"",
        "mean ± sd",
      ])
    #expect(Self.table.text(width: 1).count > 3)
  }

  @Test("very wide tables say how many columns are left out")
  func wide() {
    let columns = (0..<200).map { Table.Column("column\($0)") }
    let row = (0..<200).map { Value.number(Double($0)) }
    let lines = Table(columns: columns, rows: [row]).text(width: 80)
    #expect(lines.count < 50)
    #expect(lines.last?.contains("of 200 columns are not shown") == true)
    #expect(lines.allSatisfy { TextWidth.columns($0) <= 80 })
  }

  @Test("long tables are cut in the middle when asked")
  func long() {
    let rows = (0..<100).map { [Value.number(Double($0))] }
    let lines = Table(columns: [Table.Column("i")], rows: rows).text(width: 80, maximumRows: 5)
    #expect(lines == [" i", " 0", " 1", " 2", "  ⋮", "98", "99", "100 rows, 5 shown"])
  }

  @Test("Markdown, CSV and LaTeX escape their special characters")
  func files() {
    #expect(Self.table.markdown().contains("| v\\|a\\_e | -0.0001234 | 3000 | a, \"b\" |"))
    #expect(Self.table.markdown().contains("| --- | ---: | ---: | --- |"))
    #expect(
      Self.table.csv() == """
        kind,mi,n,note
        mim,6.123456,3000,
        v|a_e,-0.00012345,3000,"a, ""b""\"

        """)
    #expect(Self.table.latex().contains("v|a\\_e & -0.0001234 & 3000 & a, \"b\" \\\\"))
    #expect(Self.table.latex().hasPrefix("\\begin{tabular}{lrrl}\n  \\toprule\n"))
  }

  @Test("JSON numbers read back exactly, and NaN and infinities are strings")
  func numbers() throws {
    for number in [
      0.1, 1.0 / 3, 2.2250738585072014e-308, 1.7976931348623157e308, -0.0, 123_456_789, 1e21,
    ] {
      let text = JSON.number(number).text()
      let data = Data("[\(text)]".utf8)
      let back = try #require(try JSONSerialization.jsonObject(with: data) as? [NSNumber])
      #expect(back.first?.doubleValue == number)
      #expect(Double(text) == number)
    }
    #expect(JSON.number(.nan).text() == "\"NaN\"")
    #expect(JSON.number(-.infinity).text() == "\"-Infinity\"")
    #expect(JSON.number(5).text() == "5")
  }

  @Test("JSON text reads back whatever characters it holds")
  func strings() throws {
    let text = "a\"b\\c\n\r\t\u{0}\u{1F}\u{2028}é漢🙂/"
    let data = Data(JSON.array([.string(text)]).text().utf8)
    let back = try JSONSerialization.jsonObject(with: data) as? [String]
    #expect(back == [text])
  }

  @Test("a table is an array of row objects in JSON")
  func rows() {
    #expect(
      Value.table(Self.table).json.text() == """
        [{"kind":"mim", "mi":6.123456, "n":3000, "note":null}, \
        {"kind":"v|a_e", "mi":-0.00012345, "n":3000, "note":"a, \\"b\\""}]
        """)
    let pretty = JSON.object([("a", .array([.number(1), .null])), ("b", .object([]))])
    #expect(pretty.text(pretty: true) == "{\n  \"a\": [\n    1,\n    null\n  ],\n  \"b\": {}\n}")
  }

  @Test("a printf format is taken only when it is harmless")
  func formats() {
    #expect(NumberFormat(printf: "%.2f")?.string(3.14159) == "3.14")
    #expect(NumberFormat(printf: "%8.3e nats")?.string(31.4159) == "3.142e+01 nats")
    #expect(NumberFormat(printf: "%d of 100%%")?.string(41.7) == "42 of 100%")
    #expect(NumberFormat(printf: "%+.1g")?.string(.nan) == "NaN")
    for bad in ["", "%s", "%n", "%", "%.2f %.2f", "%*d", "%.999f", "%2147483647d", "%lf", "2"] {
      #expect(NumberFormat(printf: bad) == nil, "\(bad)")
    }
  }
}
