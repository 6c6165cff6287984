import MIMTensor

/// Which columns of a table are features, which is the label, and whether line 1 names them.
struct TableLayout {
  /// The number of columns.
  let columnCount: Int
  /// The names in the header; nil without one.
  let names: [String]?
  /// The label's column, counted from 0; nil for unlabelled data.
  let labelColumn: Int?
  /// Whether the first line is a header.
  var hasHeader: Bool { names != nil }
  /// The number of feature columns.
  var featureCount: Int { columnCount - (labelColumn == nil ? 0 : 1) }

  /// The names of the feature columns: those of the header, else x1, x2, …
  var featureNames: [String] {
    guard let names else { return (1...max(1, featureCount)).map { "x\($0)" } }
    return names.enumerated().filter { $0.offset != labelColumn }.map(\.element)
  }

  /// Looks at the first line and the options.
  init(first: DelimitedReader.Line, _ options: DataOptions, path: String) throws {
    let cells = first.cells.map(String.init)
    columnCount = cells.count
    let header = options.header ?? .auto
    var named: Int?
    var numbered: Int?
    switch options.label {
    case .name(let name):
      guard header != .no, let column = cells.firstIndex(of: name) else {
        throw DataError.noSuchColumn(
          path: path, column: header == .no ? "\(name) (header=false)" : name, columns: cells)
      }
      named = column
    case .number(let number):
      guard (1...cells.count).contains(number) else {
        throw DataError.noSuchColumn(
          path: path, column: "\(number)", columns: (1...cells.count).map(String.init))
      }
      numbered = number - 1
    case nil: break
    }
    let labelColumn = named ?? numbered
    let looksNamed = cells.enumerated().contains { index, cell in
      index != labelColumn && Double(cell) == nil
    }
    let isHeader = header == .yes || named != nil || (header == .auto && looksNamed)
    names = isHeader ? cells : nil
    self.labelColumn = labelColumn
    guard featureCount > 0 else {
      throw DataError.unusableArrays(
        path: path, detail: "it has no columns besides the label; features are missing")
    }
  }
}
