import MIMFormats
import MIMTensor
import Synchronization

extension DataSource {
  /// `load "points.csv" label=class`
  static let delimitedTable = DataSource(
    name: ".csv or .tsv",
    summary: "a table of numbers, one item per line, with or without a column of classes",
    options: [
      "label", "id", "header", "columns", "drop", "categories", "missing", "decimal", "split",
      "folds",
      "stratify", "scale", "limit", "seed",
    ], argument: nil,
    load: { request in
      let table = try TableSource(request)
      try table.requireUTF8()
      var data = try table.undivided().dataset(request.options)
      data.columnNames = table.featureNames
      data.labelName = table.layout.labelName
      data.lineNames = table.lineNames
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
  /// The names of the features: a column of numbers has its own, one of categories `COLUMN=CATEGORY` for each.
  private(set) var featureNames: [String] = []
  /// The numbers, line by line.
  private var values: [Float] = []
  private var labels: [String] = []
  /// How many lines were read, and with missing=drop the place of each that was kept.
  private var (linesSeen, places): (Int, [Int32]) = (0, [])
  /// The texts of each column of categories.
  private var texts: [Int: [String]] = [:]
  /// The names of all lines that were read.
  private var identities: [String] = []
  /// The lines that were left out, as they lack values.
  private var leftOut = TableNotes.LeftOut()
  /// The classes of a table that was read in parts.
  private var classes: ClassLabels?
  private var decimals: DecimalText

  init(_ request: DataRequest) throws {
    self.request = request
    let (path, bytes) = (request.name, try Self.bytes(request))
    var reader = try DelimitedReader(bytes, path: path)
    var line = DelimitedReader.Line()
    let begin = reader.position
    guard try reader.next(&line) else { throw DataError.empty(path: path) }
    layout = try TableLayout(first: line.texts, request.options, path: path)
    decimals = DecimalText(request.options.decimal, delimiter: reader.delimiter)
    featureNames = layout.featureNames
    let mayBeRegular =
      request.options.decimal != .comma && layout.categoryColumns.isEmpty
      && layout.identityColumn == nil
    // The hash of the file takes half as long as the reading of its numbers, and goes on beside it.
    let hash = Mutex<String?>(nil)
    let table =
      mayBeRegular
      ? try RegularTable(
        bytes, from: layout.hasHeader ? reader.position : begin, delimiter: reader.delimiter,
        layout: layout,
        meanwhile: {
          let own = SHA256.hexadecimal(of: bytes); hash.withLock { $0 = own }
        }) : nil
    file =
      hash.withLock { $0 }.map { DataFile(path: path, sha256: $0, bytes: bytes.count) }
      ?? DataFile(path: path, bytes: bytes)
    if let table,
      request.options.missing == nil || !table.classNames.contains(where: MissingText.isOne)
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
    guard !values.isEmpty || texts.values.contains(where: { !$0.isEmpty }) else {
      throw leftOut.lines == 0
        ? DataError.empty(path: file.path)
        : DataError.unusableArrays(
          path: file.path, detail: "every line lacks a value; leave columns out with drop=")
    }
    try expandCategories()
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

  /// Names that could not be read hold a sign that stands for that.
  fileprivate func requireUTF8() throws {
    let names =
      (layout.names ?? []) + featureNames + identities + (classes?.names ?? Array(Set(labels)))
    guard let damaged = names.first(where: { $0.contains("\u{fffd}") }) else { return }
    throw DataError.unusableArrays(
      path: file.path,
      detail:
        "`\(damaged)` is not UTF-8; save the table as UTF-8, or convert it: iconv -f latin1 -t utf-8 \(file.path) > new.csv"
    )
  }

  /// What the lines are called; nil without `id=`.
  var lineNames: LineNames? {
    layout.identityColumn.map {
      LineNames(column: layout.names?[$0] ?? "id", texts: identities)
    }
  }

  func undivided() throws -> UndividedData {
    let classes = layout.labelColumn == nil ? nil : self.classes ?? ClassLabels(texts: labels)
    let features = featureNames.count
    return UndividedData(
      name: request.name,
      items: HostArray(values, shape: [values.count / features, features]),
      labels: classes?.labels, classNames: classes?.names, valueKind: .real, files: [file],
      places: places.isEmpty ? nil : places)
  }

  /// Looks at the first line, and at all of them where there are categories.
  static func probe(_ request: DataRequest) throws -> DataProbe {
    let path = request.name
    var reader = try DelimitedReader(FileReader(path).prefix(1 << 20), path: path)
    var first = DelimitedReader.Line()
    guard try reader.next(&first) else { throw DataError.empty(path: path) }
    let layout = try TableLayout(first: first.texts, request.options, path: path)
    _ = try SplitFractions(request.options.split, withFolds: request.options.folds != nil)
    try request.options.folds?.check()
    // Which categories there are, only all lines tell.
    let names =
      layout.categoryColumns.isEmpty ? layout.featureNames : try TableSource(request).featureNames
    return DataProbe(
      itemShape: [names.count], valueKind: .real, counts: nil,
      isLabelled: layout.labelColumn != nil, classCount: nil, columnNames: names,
      labelName: layout.labelName)
  }

  private mutating func append(_ line: DelimitedReader.Line) throws {
    guard line.count == layout.columnCount else {
      throw DataError.raggedRow(
        path: file.path, line: line.number, cells: line.count, expected: layout.columnCount)
    }
    linesSeen += 1
    if let column = layout.identityColumn { identities.append(line.text(column)) }
    guard !isLeftOut(line) else { return }
    if request.options.missing == .drop {
      places.append(Int32(truncatingIfNeeded: linesSeen - 1))
    }
    if let column = layout.labelColumn {
      guard !line.isEmpty(column) else {
        throw badCell(
          line, column, "is empty; give it a class, or leave out such lines with missing=drop")
      }
      labels.append(line.text(column))
    }
    for column in layout.featureColumns {
      if layout.categoryColumns.contains(column) {
        let text = line.text(column)
        guard !MissingText.isOne(text) else {
          throw badCell(line, column, missingRule(text, column))
        }
        texts[column, default: []].append(text)
      } else {
        values.append(try number(line, column))
      }
    }
  }

  /// Whether a line lacks a value and may be left out, and notes it then.
  private mutating func isLeftOut(_ line: DelimitedReader.Line) -> Bool {
    guard request.options.missing == .drop else { return false }
    let read = layout.featureColumns + (layout.labelColumn.map { [$0] } ?? [])
    let lacking = read.filter { MissingText.isOne(line.text($0)) }
    guard !lacking.isEmpty else { return false }
    leftOut.lines += 1
    for column in lacking { leftOut.columns[column, default: 0] += 1 }
    return true
  }

  /// The most categories of a column: more are numbers or names.
  private static let mostCategories = 256

  /// Puts a column of 0 and 1 for each category in the place of each column of categories.
  private mutating func expandCategories() throws {
    guard !layout.categoryColumns.isEmpty else { return }
    var groups: [Int: ClassLabels] = [:]
    for (column, texts) in texts {
      let classes = ClassLabels(texts: texts)
      guard classes.names.count <= Self.mostCategories else {
        throw DataError.badOption(
          option: "categories", value: label(of: column),
          rule:
            "has \(classes.names.count) different values, and at most \(Self.mostCategories) are categories; "
            + "leave the column out with drop=\(label(of: column))")
      }
      groups[column] = classes
    }
    featureNames = zip(layout.featureColumns, layout.featureNames).flatMap { column, name in
      groups[column]?.names.map { "\(name)=\($0)" } ?? [name]
    }
    let rows = texts.values.first?.count ?? 0
    try request.environment.checkSize(of: [(file.path, [rows, featureNames.count])])
    let numbers = layout.featureColumns.count - groups.count
    var expanded: [Float] = []
    expanded.reserveCapacity(rows * featureNames.count)
    for row in 0..<rows {
      if row % 1024 == 0 { try StopRequest.check() }
      var number = row * numbers
      for column in layout.featureColumns {
        if let group = groups[column] {
          for place in group.names.indices {
            expanded.append(Int(group.labels[row]) == place ? 1 : 0)
          }
        } else {
          expanded.append(values[number])
          number += 1
        }
      }
    }
    (values, texts) = (expanded, [:])
  }

  /// What the user should know of how it was read.
  var notes: [String] {
    TableNotes(
      options: request.options, layout: layout, values: values, names: featureNames,
      classNames: classes?.names ?? Array(Set(labels)), leftOut: leftOut,
      hasDecimalCommas: decimals.sign == .comma
    ).all
  }

  private mutating func number(_ line: DelimitedReader.Line, _ column: Int) throws -> Float {
    guard let value = line.withBytes(of: column, { decimals.number($0) }) else {
      let text = line.text(column)
      throw badCell(
        line, column,
        MissingText.isOne(text) ? missingRule(text, column) : textRule(text, line, column))
    }
    guard value.isFinite else {
      throw badCell(
        line, column,
        value.isNaN
          ? missingRule(line.text(column), column) : "is not a finite number; remove or replace it")
    }
    return value
  }

  private func missingRule(_ text: String, _ column: Int) -> String {
    "\(text.isEmpty ? "is empty" : "is no value"); leave out such lines with missing=drop, or the column with drop=\(label(of: column))"
  }

  private func textRule(_ cell: String, _ line: DelimitedReader.Line, _ column: Int) -> String {
    if let sign = decimals.sign, DecimalText.isNumber(cell) {
      let other = sign == .comma ? "comma" : "point"
      return "has another decimal sign than the numbers before it, which have a \(other)"
    }
    if DecimalText.isNumber(cell) {
      return "is not a number; for decimal commas write decimal=comma"
    }
    // All such columns at once: one after another, each would cost a try.
    var decimals = decimals
    let others = layout.featureColumns.filter { other in
      !layout.categoryColumns.contains(other) && other != column
        && line.withBytes(of: other) { decimals.number($0) } == nil
        && !MissingText.isOne(line.text(other)) && !DecimalText.isNumber(line.text(other))
    }
    let texts = ([column] + others).sorted()
    let (few, distinct) = kinds(of: texts, line)
    func list(_ columns: [Int]) -> String {
      let names = columns.map(label(of:)).joined(separator: ", ")
      return columns.count == 1 ? names : "[\(names)]"
    }
    var ways: [String] = []
    if request.options.label == nil, few.contains(column) {
      ways.append("if the column contains the classes, write label=\(label(of: column))")
    }
    if !few.isEmpty {
      ways.append("for 0 and 1 for each of its values, categories=\(list(few))")
    }
    if Self.looksLikeDate(cell) {
      ways.append("for a date, make a number of it beforehand, such as the year or the day")
    }
    if request.options.identity == nil, let name = distinct.first {
      ways.append("for the name of each line, id=\(label(of: name))")
    }
    ways.append("to leave it out, drop=\(list(texts))")
    return "is not a number; " + ways.joined(separator: "; ")
  }

  /// Those columns of text that can be categories, with at most 256 values in all lines; and those in which no text comes twice among
  /// the first of them.
  private func kinds(
    of texts: [Int], _ line: DelimitedReader.Line
  ) -> (few: [Int], distinct: [Int]) {
    guard var reader = try? DelimitedReader(line.bytes, path: file.path) else { return ([], []) }
    var other = DelimitedReader.Line()
    if layout.hasHeader { _ = try? reader.next(&other) }
    var values: [Int: Set<String>] = [:]
    var repeated: Set<Int> = []
    while (try? reader.next(&other)) == true {
      for column in texts where column < other.count {
        if values[column, default: []].count <= Self.mostCategories,
          !values[column, default: []].insert(other.text(column)).inserted
        {
          repeated.insert(column)
        }
      }
      if values.values.allSatisfy({ $0.count > Self.mostCategories }) { break }
    }
    return (
      texts.filter { (values[$0]?.count ?? 0) <= Self.mostCategories },
      texts.filter { !repeated.contains($0) }
    )
  }

  /// `1970-01-01`, `2012/1/31`, `31.12.2012`.
  private static func looksLikeDate(_ text: String) -> Bool {
    let parts = text.prefix { $0 != " " && $0 != "T" }.split(
      omittingEmptySubsequences: false, whereSeparator: { "-/.".contains($0) })
    return parts.count == 3
      && parts.allSatisfy { (1...4).contains($0.count) && $0.allSatisfy(\.isNumber) }
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
