extension Table {
  /// The table for a terminal: aligned columns, numbers to the right with four significant digits.
  /// Columns that do not fit into `width` are left out, with a note that says so.
  /// - Parameter maximumRows: rows in the middle are left out beyond this; nil: all are shown.
  public func text(width: Int, maximumRows: Int? = nil) -> [String] {
    let table = displayed
    var lines = title.isEmpty ? [] : TextWidth.wrapped(TextWidth.harmless(title), to: width)
    guard !columns.isEmpty else { return lines + ["(no columns)"] + notes }
    let layout = Layout(table, width: width, maximumRows: maximumRows)
    lines.append(layout.line(table.columns.map(\.heading)))
    lines += layout.cells.enumerated().flatMap { row, cells in
      row == layout.gapAfter ? [layout.line(cells), "  ⋮"] : [layout.line(cells)]
    }
    if rows.isEmpty { lines.append("(no rows)") }
    let notes = layout.omissions + notes
    return lines + notes.flatMap { TextWidth.wrapped(TextWidth.harmless($0), to: width) }
  }

  /// The column's place, nil when there is none of that name.
  public func index(of column: String) -> Int? { columns.firstIndex { $0.name == column } }

  /// A cell as tables show it: numbers in the column's format.
  func cellText(row: [Value], column: Int) -> String {
    switch row[column] {
    case .number(let number): columns[column].text(of: number)
    case .none: ""
    case let other: other.shortText
    }
  }

  /// Whether a column holds numbers, so that it stands to the right.
  func isNumeric(column: Int) -> Bool {
    if columns[column].spread != nil { return true }
    var found = false
    for row in rows {
      switch row[column] {
      case .number: found = true
      case .none: break
      default: return false
      }
    }
    return found
  }

  /// Widths and cells of a table on a terminal.
  private struct Layout {
    let cells: [[String]]
    let widths: [Int]
    let isNumeric: [Bool]
    let shown: Int
    let gapAfter: Int?
    let omissions: [String]

    init(_ table: Table, width: Int, maximumRows: Int?) {
      let limit = max(2, maximumRows ?? Int.max)
      let isCut = table.rows.count > limit
      let rows =
        isCut
        ? Array(0..<(limit + 1) / 2) + Array((table.rows.count - limit / 2)..<table.rows.count)
        : Array(table.rows.indices)
      let longest = max(8, min(40, width / 2))
      let cells = rows.map { row in
        table.columns.indices.map { column in
          let text = table.cellText(row: table.rows[row], column: column)
          let isBold = table.bold.contains(Table.Place(row: row, column: column))
          return TextWidth.truncated(isBold ? "**\(text)**" : text, to: longest)
        }
      }
      let widths = table.columns.indices.map { column in
        cells.reduce(TextWidth.columns(table.columns[column].heading)) {
          max($0, TextWidth.columns($1[column]))
        }
      }
      let shown = Self.fitting(widths, width)
      var omissions: [String] = []
      if isCut { omissions.append("\(table.rows.count) rows, \(rows.count) shown") }
      let missing = table.columns.dropFirst(shown).map(\.name)
      if !missing.isEmpty {
        omissions.append("not shown (width \(width)): " + missing.joined(separator: " "))
      }
      self.cells = cells
      self.widths = widths
      self.isNumeric = table.columns.indices.map(table.isNumeric)
      self.shown = shown
      self.gapAfter = isCut ? (limit + 1) / 2 - 1 : nil
      self.omissions = omissions
    }

    /// How many columns fit, one at least.
    private static func fitting(_ widths: [Int], _ width: Int) -> Int {
      var used = 0
      for (index, column) in widths.enumerated() {
        used += column + (index == 0 ? 0 : 2)
        if used > width { return max(1, index) }
      }
      return widths.count
    }

    func line(_ cells: [String]) -> String {
      let parts = (0..<shown).map {
        TextWidth.padded(cells[$0], to: widths[$0], right: isNumeric[$0])
      }
      let line = parts.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}

extension Table.Column {
  /// What stands above the column.
  public var heading: String { title ?? name }

  /// A number in the column's format, or with four significant digits.
  public func text(of number: Double) -> String {
    if let format, let custom = NumberFormat(printf: format) { return custom.string(number) }
    let isWhole = number == number.rounded() && abs(number) < 1e7
    return isWhole ? number.exactText : NumberFormat.fourDigits.string(number)
  }
}
