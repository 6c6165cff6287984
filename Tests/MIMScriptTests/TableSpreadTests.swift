import MIMScript
import Testing

@Suite("Numbers with their spread in tables")
struct TableSpreadTests {
  private func cell(_ number: Double, _ spread: Double?) -> String {
    let table = Table(
      columns: [Table.Column("x", spread: "x_sd"), Table.Column("x_sd")],
      rows: [[.number(number), spread.map(Value.number) ?? .none]])
    return table.text(width: 80).last ?? ""
  }

  @Test(
    "the spread has two digits, and the number as many places as it",
    arguments: [
      (1.6787, 0.2237, "1.68 ± 0.22"), (0.97222, 0.0481, "0.972 ± 0.048"),
      (105.26, 12.71, "105 ± 13"), (105.26, 127.1, "105 ± 127"), (0.5, 0.0996, "0.50 ± 0.10"),
      (0.5, 0.00996, "0.500 ± 0.010"), (-3.14159, 0.001234, "-3.1416 ± 0.0012"),
      (4, 2, "4.0 ± 2.0"), (7.25, 0, "7.25 ± 0"),
    ])
  func digits(number: Double, spread: Double, expected: String) {
    #expect(cell(number, spread) == expected)
  }

  @Test("without a spread the number stands alone, and files keep columns of numbers")
  func files() {
    #expect(cell(1.6787, nil) == "1.679")
    let table = Table(
      columns: [Table.Column("k"), Table.Column("x", spread: "x_sd"), Table.Column("x_sd")],
      rows: [[.string("a"), .number(1.6787), .number(0.2237)]])
    #expect(table.csv() == "k,x,x_sd\na,1.6787,0.2237\n")
    #expect(table.json().text() == #"[{"k":"a", "x":1.6787, "x_sd":0.2237}]"#)
    #expect(table.markdown() == "| k | x |\n| --- | ---: |\n| a | 1.68 ± 0.22 |\n")
    #expect(table.latex().contains("a & 1.68 $\\pm$ 0.22 \\\\"))
  }
}
