extension Table {
  /// The table for a terminal: aligned columns, numbers to the right with four significant digits.
  /// Columns that do not fit into `width` follow below, behind the first column once more.
  /// - Parameters:
  ///   - maximumRows: rows in the middle are left out beyond this; nil: all are shown.
  ///   - gap: where rows were left out before, of a table that holds only the first and last ones.
  public func text(width: Int, maximumRows: Int? = nil, gap: Gap? = nil) -> [String] {
    let table = displayed
    var lines = title.isEmpty ? [] : TextWidth.wrapped(TextWidth.harmless(title), to: width)
    guard !columns.isEmpty else { return lines + ["(no columns)"] + notes }
    let layout = Layout(table, width: width, maximumRows: maximumRows, gap: gap)
    for (place, block) in layout.blocks.enumerated() {
      if place > 0 { lines.append("") }
      lines.append(layout.line(table.columns.map { TextWidth.harmless($0.heading) }, block))
      lines += layout.cells.enumerated().flatMap { row, cells in
        row == layout.gapAfter
          ? [layout.line(cells, block), "  ⋮"] : [layout.line(cells, block)]
      }
    }
    if rows.isEmpty { lines.append("(no rows)") }
    let notes = layout.omissions + table.notes
    return lines + notes.flatMap { TextWidth.wrapped(TextWidth.harmless($0), to: width) }
  }

  /// A place in a table from which rows were left out.
  public struct Gap: Sendable {
    /// The rows before it.
    let after: Int
    /// The rows with those that were left out.
    let total: Int

    /// A gap after so many rows, of a table that had `total` rows.
    public init(after: Int, total: Int) {
      self.after = after
      self.total = total
    }
  }

  /// The column's place, nil when there is none of that name.
  public func index(of column: String) -> Int? { columns.firstIndex { $0.name == column } }

  /// A cell as tables show it: numbers in the column's format.
  func cellText(row: Int, column: Int) -> String {
    let text =
      switch rows[row][column] {
      case .number(let number): columns[column].text(of: number)
      case .none: columns[column].absent ?? ""
      case let other: other.shortText
      }
    return text + (marks[Place(row: row, column: column)] ?? "")
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
    /// The columns of each block, from the top down.
    let blocks: [[Int]]
    let gapAfter: Int?
    let omissions: [String]

    init(_ table: Table, width: Int, maximumRows: Int?, gap: Gap?) {
      let limit = max(2, maximumRows ?? Int.max)
      let isCut = table.rows.count > limit
      let rows =
        isCut
        ? Array(0..<(limit + 1) / 2) + Array((table.rows.count - limit / 2)..<table.rows.count)
        : Array(table.rows.indices)
      let longest = max(8, min(40, width / 2))
      let cells = rows.map { row in
        table.columns.indices.map { column in
          let text = table.cellText(row: row, column: column)
          let isBold = table.bold.contains(Table.Place(row: row, column: column))
          return TextWidth.truncated(isBold ? "**\(text)**" : text, to: longest)
        }
      }
      let widths = table.columns.indices.map { column in
        cells.reduce(TextWidth.columns(TextWidth.harmless(table.columns[column].heading))) {
          max($0, TextWidth.columns($1[column]))
        }
      }
      var omissions: [String] = []
      if isCut || gap != nil {
        omissions.append("\(gap?.total ?? table.rows.count) rows, \(rows.count) shown")
      }
      self.cells = cells
      self.widths = widths
      self.isNumeric = table.columns.indices.map(table.isNumeric)
      let all = Self.blocks(widths, width)
      blocks = Array(all.prefix(Self.mostBlocks))
      let left = Set(all.dropFirst(Self.mostBlocks).joined()).subtracting([0])
      if !left.isEmpty {
        omissions.append(
          "\(left.count) of \(widths.count) columns are not shown; save the table for all")
      }
      gapAfter = isCut ? (limit + 1) / 2 - 1 : gap.map { $0.after - 1 }
      self.omissions = omissions
    }

    /// Nobody reads on further down.
    private static let mostBlocks = 12

    /// As many columns as fit side by side, one at least; further blocks start with the first column again where that
    /// leaves room for another.
    private static func blocks(_ widths: [Int], _ width: Int) -> [[Int]] {
      var blocks: [[Int]] = [[]]
      var used = 0
      for (column, needed) in widths.enumerated() {
        let isFirst = blocks[blocks.count - 1].isEmpty
        if !isFirst, used + 2 + needed > width {
          let repeatsFirst = widths[0] + 2 + needed <= width
          blocks.append(repeatsFirst ? [0] : [])
          used = repeatsFirst ? widths[0] : 0
        }
        used += (blocks[blocks.count - 1].isEmpty ? 0 : 2) + needed
        blocks[blocks.count - 1].append(column)
      }
      return blocks
    }

    func line(_ cells: [String], _ block: [Int]) -> String {
      let parts = block.map {
        TextWidth.padded(cells[$0], to: widths[$0], right: isNumeric[$0])
      }
      return TextWidth.trimmed(parts.joined(separator: "  "))
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
