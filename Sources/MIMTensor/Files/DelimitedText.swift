import MIMFormats

/// Columns of equal length as CSV or TSV text. Numbers are written in full (the shortest text
/// that reads back to the same bits), with `nan`, `inf` and `-inf` for those without digits.
public struct DelimitedText: Sendable {
  /// The values of one column.
  public enum Column: Sendable {
    case floats([Float])
    case doubles([Double])
    case integers([Int])
    case texts([String])

    /// The number of values.
    public var count: Int {
      switch self {
      case .floats(let values): values.count
      case .doubles(let values): values.count
      case .integers(let values): values.count
      case .texts(let values): values.count
      }
    }

    fileprivate func text(at row: Int) -> String {
      switch self {
      case .floats(let values): "\(values[row])"
      case .doubles(let values): "\(values[row])"
      case .integers(let values): "\(values[row])"
      case .texts(let values): values[row]
      }
    }
  }

  /// What separates cells.
  public enum Format: Sendable {
    /// Commas; cells with commas, quotes or line breaks are quoted (RFC 4180).
    case csv
    /// Tabs; tabs and line breaks in texts become blanks.
    case tsv
  }

  /// The columns with their names.
  public let columns: [(name: String, values: Column)]
  /// Whether the first line names the columns.
  public let hasHeader: Bool

  /// Precondition: all columns are equally long.
  public init(columns: [(name: String, values: Column)], hasHeader: Bool = true) {
    precondition(Set(columns.map(\.values.count)).count <= 1, "columns of different lengths")
    self.columns = columns
    self.hasHeader = hasHeader
  }

  /// A matrix `[n, d]` (or `[n, …]`, flattened) with one column per value of an item, named
  /// `prefix1`, `prefix2`, …
  public init(_ items: HostArray<Float>, prefix: String = "x", hasHeader: Bool = true) {
    let width = items.rowSize
    self.init(
      columns: (0..<width).map { column in
        let values = stride(from: column, to: items.count, by: width).map { items.elements[$0] }
        return (name: "\(prefix)\(column + 1)", values: .floats(values))
      }, hasHeader: hasHeader)
  }

  /// The table as text, each line ended by a newline.
  public func encoded(as format: Format) -> String {
    var text = ""
    if hasHeader { append(columns.map(\.name), format, to: &text) }
    for row in 0..<(columns.first?.values.count ?? 0) {
      append(columns.map { $0.values.text(at: row) }, format, to: &text)
    }
    return text
  }

  /// Writes the table, as TSV when the path ends in `.tsv`, else as CSV.
  public func write(to path: String) throws {
    try AtomicFile.write(encoded(as: path.lowercased().hasSuffix(".tsv") ? .tsv : .csv), to: path)
  }

  private func append(_ cells: [String], _ format: Format, to text: inout String) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { text += format == .csv ? "," : "\t" }
      text += Self.escaped(cell, format)
    }
    text += "\n"
  }

  private static func escaped(_ cell: String, _ format: Format) -> String {
    switch format {
    case .tsv: String(cell.map { $0 == "\t" || $0.isNewline ? " " : $0 })
    case .csv: DelimitedCell.quoted(cell)
    }
  }
}
