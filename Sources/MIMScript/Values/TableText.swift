extension Table {
  /// The table for a terminal: aligned columns, numbers to the right with four significant digits.
  /// Columns that do not fit into `width` are left out, with a note that says so.
  /// - Parameter maximumRows: rows in the middle are left out beyond this; nil: all are shown.
  public func text(width: Int, maximumRows: Int? = nil) -> [String] { [] }

  /// A GitHub-flavoured Markdown table with its title and notes.
  public func markdown() -> String { "" }

  /// Comma-separated values (RFC 4180) with a heading line; numbers unrounded.
  public func csv(separator: Character = ",") -> String { "" }

  /// A LaTeX `tabular` with booktabs rules; text is escaped.
  public func latex() -> String { "" }

  /// One JSON object a row; numbers unrounded.
  public func json() -> JSON { .null }

  /// The column's place, nil when there is none of that name.
  public func index(of column: String) -> Int? { columns.firstIndex { $0.name == column } }
}
