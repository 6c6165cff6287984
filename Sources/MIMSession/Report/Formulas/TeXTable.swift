/// A table of formulas: a matrix, cases, aligned equations.
struct TeXTable {
  private let fences: (String, String)
  /// How cells of a column are aligned, from the first on; the last goes on.
  private let alignment: [String]

  /// Nil for an environment that is not known.
  init?(_ name: String) {
    alignment =
      switch name.replacing("*", with: "") {
      case "aligned", "align", "split": ["right", "left"]
      case "cases": ["left"]
      case "matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "array",
        "gathered", "gather", "equation":
        ["center"]
      default: []
      }
    guard !alignment.isEmpty else { return nil }
    fences =
      switch name {
      case "pmatrix": ("(", ")")
      case "bmatrix": ("[", "]")
      case "Bmatrix": ("{", "}")
      case "vmatrix": ("|", "|")
      case "Vmatrix": ("‖", "‖")
      case "cases": ("{", "")
      default: ("", "")
      }
  }

  /// The table; an empty row at its end is none.
  func markup(_ rows: [[String]]) -> String {
    var rows = rows
    if rows.count > 1, rows.last == ["<mrow></mrow>"] { rows.removeLast() }
    let lines = rows.map { row in
      let cells = row.enumerated().map { place, cell in
        "<mtd style=\"text-align: \(align(place))\(padding(place))\">\(cell)</mtd>"
      }
      return "<mtr>\(cells.joined())</mtr>"
    }
    let isDisplay = alignment.count > 1
    let table =
      "<mtable\(isDisplay ? " displaystyle=\"true\"" : "")>\(lines.joined())</mtable>"
    guard fences != ("", "") else { return table }
    return "<mrow>\(fence(fences.0, "prefix"))\(table)\(fence(fences.1, "postfix"))</mrow>"
  }

  private func align(_ column: Int) -> String {
    alignment.count > 1 ? alignment[column % alignment.count] : alignment[0]
  }

  /// The two sides of an equation stand close together.
  private func padding(_ column: Int) -> String {
    guard alignment.count > 1 else { return "" }
    return column % 2 == 0 ? "; padding-right: 0" : "; padding-left: 0"
  }

  private func fence(_ sign: String, _ form: String) -> String {
    sign.isEmpty
      ? "" : "<mo form=\"\(form)\" fence=\"true\" stretchy=\"true\">\(TeXParser.escaped(sign))</mo>"
  }
}
