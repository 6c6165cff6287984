import MIMTensor

extension DataSource {
  /// `load "points.csv" label=class`
  static let delimitedTable = DataSource(
    name: ".csv or .tsv",
    summary: "a table of numbers, one item per line, with or without a column of classes",
    options: [
      "label", "header", "columns", "drop", "decimal", "split", "folds", "stratify", "scale",
      "limit", "seed",
    ], argument: nil,
    load: { request in
      let table = try TableSource(request)
      var data = try table.undivided().dataset(request.options)
      data.columnNames = table.layout.featureNames
      data.notes = table.notes
      return data
    },
    probe: { request in try TableSource.probe(request) })
}

/// Reading of a table into items and labels.
struct TableSource {
  private let request: DataRequest
  private let file: DataFile
  let layout: TableLayout
  private var values: [Float] = []
  private var labels: [String] = []
  /// The classes of a table that was read in parts.
  private var classes: ClassLabels?
  private var decimals: DecimalText

  init(_ request: DataRequest) throws {
    self.request = request
    let bytes = try Self.bytes(request)
    file = DataFile(path: request.name, bytes: bytes)
    var reader = try DelimitedReader(bytes, path: file.path)
    var line = DelimitedReader.Line()
    let begin = reader.position
    guard try reader.next(&line) else { throw DataError.empty(path: file.path) }
    layout = try TableLayout(first: line.texts, request.options, path: file.path)
    decimals = DecimalText(request.options.decimal, delimiter: reader.delimiter)
    if request.options.decimal != .comma,
      let table = try RegularTable(
        bytes, from: layout.hasHeader ? reader.position : begin, delimiter: reader.delimiter,
        layout: layout)
    {
      values = table.values
      classes = ClassLabels(distinct: table.classNames, places: table.classes)
      guard !values.isEmpty else { throw DataError.empty(path: file.path) }
      return
    }
    if !layout.hasHeader { try append(line) }
    while try reader.next(&line) {
      try append(line)
      if line.number % 1024 == 0 { try StopRequest.check() }
    }
    guard !values.isEmpty else { throw DataError.empty(path: file.path) }
  }

  /// The file's text, once its size and its number of cells show that it fits in memory.
  private static func bytes(_ request: DataRequest) throws -> [UInt8] {
    let limit = request.environment.largestDataSize
    let size = try FileReader(request.name).size
    guard size <= limit else {
      throw DataError.tooLarge(path: request.name, bytes: size, limit: limit)
    }
    let bytes = try FileReader.bytes(of: request.name)
    // A cell and what ends it are two bytes or more of text and four as a number.
    guard size > limit / 2 else { return bytes }
    let ends = Set(",;\t\n".utf8)
    let cells = bytes.count { ends.contains($0) }
    try request.environment.checkSize(of: [(request.name, [cells])])
    return bytes
  }

  func undivided() throws -> UndividedData {
    let classes = layout.labelColumn == nil ? nil : self.classes ?? ClassLabels(texts: labels)
    let features = layout.featureCount
    return UndividedData(
      name: request.name,
      items: HostArray(values, shape: [values.count / features, features]),
      labels: classes?.labels, classNames: classes?.names, valueKind: .real, files: [file])
  }

  /// Looks at the first line.
  static func probe(_ request: DataRequest) throws -> DataProbe {
    let path = request.name
    var reader = try DelimitedReader(FileReader(path).prefix(1 << 20), path: path)
    var first = DelimitedReader.Line()
    guard try reader.next(&first) else { throw DataError.empty(path: path) }
    let layout = try TableLayout(first: first.texts, request.options, path: path)
    _ = try SplitFractions(request.options.split)
    try request.options.folds?.check()
    return DataProbe(
      itemShape: [layout.featureCount], valueKind: .real, counts: nil,
      isLabelled: layout.labelColumn != nil, classCount: nil, columnNames: layout.featureNames)
  }

  private mutating func append(_ line: DelimitedReader.Line) throws {
    guard line.count == layout.columnCount else {
      throw DataError.raggedRow(
        path: file.path, line: line.number, cells: line.count, expected: layout.columnCount)
    }
    if let column = layout.labelColumn {
      guard !line.isEmpty(column) else {
        throw badCell(line, column, "is empty; give it a class")
      }
      labels.append(line.text(column))
    }
    for column in layout.featureColumns { values.append(try number(line, column)) }
  }

  /// What the user should know of how it was read.
  var notes: [String] {
    var notes: [String] = []
    if decimals.sign == .comma, request.options.decimal == nil {
      notes.append("its numbers have decimal commas (1,5); with decimal=point they would be errors")
    }
    if request.options.columns == nil, let name = countingColumn {
      notes.append(
        "the column \(name) counts the rows; if it is no measurement, leave it out: drop=\"\(name)\""
      )
    }
    return notes
  }

  /// The first column that is one more in every line, as numbers of patients or lines are.
  private var countingColumn: String? {
    let width = layout.featureCount
    guard layout.hasHeader, width > 1, values.count >= 20 * width else { return nil }
    let names = layout.featureNames
    let place = (0..<width).first { column in
      stride(from: column + width, to: values.count, by: width).allSatisfy {
        values[$0] == values[$0 - width] + 1
      }
    }
    return place.flatMap { names.indices.contains($0) ? names[$0] : nil }
  }

  private mutating func number(_ line: DelimitedReader.Line, _ column: Int) throws -> Float {
    guard let value = line.withBytes(of: column, { decimals.number($0) }) else {
      throw badCell(
        line, column,
        line.isEmpty(column) ? emptyRule(column) : textRule(line.text(column), column))
    }
    guard value.isFinite else {
      throw badCell(line, column, "is not a finite number; remove or replace it")
    }
    return value
  }

  private func emptyRule(_ column: Int) -> String {
    "is empty; fill the cell, remove the line, or leave the column out with "
      + "drop=\(label(of: column))"
  }

  private func textRule(_ cell: String, _ column: Int) -> String {
    if let sign = decimals.sign, DecimalText.isNumber(cell) {
      let other = sign == .comma ? "comma" : "point"
      return "has another decimal sign than the numbers before it, which have a \(other)"
    }
    if DecimalText.isNumber(cell) {
      return "is not a number; for decimal commas write decimal=comma"
    }
    return "is not a number; if the column contains the classes, write "
      + "label=\(label(of: column)); to leave it out, drop=\(label(of: column))"
  }

  private func label(of column: Int) -> String {
    layout.names.map { "\"\($0[column])\"" } ?? "\(column + 1)"
  }

  private func badCell(
    _ line: DelimitedReader.Line, _ column: Int, _ rule: String
  ) -> DataError {
    .badCell(
      path: file.path, line: line.number, column: column + 1, name: layout.names?[column],
      text: line.text(column), rule: rule)
  }
}
