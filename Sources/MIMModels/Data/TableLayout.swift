import MIMTensor

/// Which columns of a table are features, which is the label, and whether line 1 names them.
struct TableLayout {
  /// The number of columns.
  let columnCount: Int
  /// The names in the header; nil without one.
  let names: [String]?
  /// The label's column, counted from 0; nil for unlabelled data.
  let labelColumn: Int?
  /// The column that names the lines, counted from 0; nil where none does.
  let identityColumn: Int?
  /// The columns of features, counted from 0.
  let featureColumns: [Int]
  /// Those of them that hold categories.
  let categoryColumns: Set<Int>
  /// Whether the first line is a header.
  var hasHeader: Bool { names != nil }

  /// The names of the feature columns: those of the header, else x1, x2, …
  var featureNames: [String] {
    guard let names else { return (1...max(1, featureColumns.count)).map { "x\($0)" } }
    return featureColumns.map { names[$0] }
  }

  /// The name of the label's column; nil without one, or without a header.
  var labelName: String? { labelColumn.flatMap { names?[$0] } }

  /// Looks at the first line and the options.
  init(first cells: [String], _ options: DataOptions, path: String) throws {
    columnCount = cells.count
    let search = ColumnSearch(cells: cells, header: options.header ?? .auto, path: path)
    let label = try options.label.map(search.place)
    let chosen = try options.columns?.map(search.place)
    let dropped = Set(try options.dropped?.map(search.place) ?? [])
    guard chosen == nil || dropped.isEmpty else {
      throw DataError.badOption(
        option: "drop", value: "[…]", rule: "has no effect beside columns=; leave one of them out")
    }
    if let label, dropped.contains(label) || chosen?.contains(label) == true {
      throw DataError.badOption(
        option: chosen == nil ? "drop" : "columns", value: "\"\(cells[label])\"",
        rule: "is the column of the classes (label=); leave it out here")
    }
    let categories = Set(try options.categories?.map(search.place) ?? [])
    if let column = categories.first(where: { $0 == label || dropped.contains($0) }) {
      throw DataError.badOption(
        option: "categories", value: "\"\(cells[column])\"",
        rule: column == label
          ? "is the column of the classes (label=); leave it out here"
          : "is left out by drop=; name it in one of them")
    }
    let identity = try options.identity.map(search.place)
    if let identity {
      let other: String? =
        identity == label
        ? "label"
        : dropped.contains(identity)
          ? "drop"
          : categories.contains(identity)
            ? "categories" : chosen?.contains(identity) == true ? "columns" : nil
      if let other {
        throw DataError.badOption(
          option: "id", value: "\"\(cells[identity])\"",
          rule: "is among \(other)=, too; name the column in one of them")
      }
    }
    let wanted = chosen.map { categories.union($0) }
    featureColumns = cells.indices.filter { column in
      column != label && column != identity && !dropped.contains(column)
        && wanted?.contains(column) ?? true
    }
    categoryColumns = categories
    let looksNamed = featureColumns.contains {
      !categories.contains($0) && !DecimalText.isNumber(cells[$0])
        && !MissingText.isOne(cells[$0])
    }
    let references =
      [options.label, options.identity].compactMap { $0 } + (options.columns ?? [])
      + (options.dropped ?? [])
      + (options.categories ?? [])
    let isNamed = references.contains { if case .name = $0 { true } else { false } }
    let isHeader = search.header == .yes || isNamed || (search.header == .auto && looksNamed)
    names = isHeader ? cells : nil
    labelColumn = label
    identityColumn = identity
    guard !featureColumns.isEmpty else {
      throw DataError.unusableArrays(
        path: path, detail: "it has no columns besides the label; features are missing")
    }
  }
}

/// Finds columns by name or number.
private struct ColumnSearch {
  let cells: [String]
  let header: HeaderLine
  let path: String

  /// The column's place, counted from 0.
  func place(_ column: ColumnReference) throws -> Int {
    switch column {
    case .name(let name):
      guard header != .no, let place = cells.firstIndex(of: name) else {
        throw DataError.noSuchColumn(
          path: path, column: header == .no ? "\(name) (header=false)" : name, columns: cells)
      }
      return place
    case .number(let number):
      guard (1...cells.count).contains(number) else {
        throw DataError.noSuchColumn(
          path: path, column: "\(number)", columns: (1...cells.count).map(String.init))
      }
      return number - 1
    }
  }
}
