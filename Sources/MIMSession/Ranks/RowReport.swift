import Foundation
import MIMScript

/// A finished row as it goes from the rank that ran it to rank 0. Values are kept as the run store keeps
/// them, so that the table is the same wherever a row ran.
struct RowReport: Codable {
  let index: Int
  let cells: [CellReport]
  let measures: [MeasureReport]
  let error: ErrorReport?
  let records: [RecordReport]
  let seconds: Double
  let warnings: [String]
  let innerFailures: Int

  init(_ row: FinishedRow) {
    index = row.index
    cells = row.cells.map {
      CellReport(column: ColumnReport($0.column), value: StoredValue($0.value))
    }
    measures =
      row.value?.asObject(EvaluationObject.self)?.measures.map(MeasureReport.init) ?? []
    error = row.error.map(ErrorReport.init)
    records = row.records.map(RecordReport.init)
    seconds = row.seconds
    warnings = row.warnings
    innerFailures = row.innerFailures
  }

  /// The row, with the place of its error in `source`.
  func row(in source: Source) -> FinishedRow {
    let evaluation = EvaluationObject(measures: measures.map(\.measure), notes: [], subject: "")
    var row = FinishedRow(
      index: index, axes: [], value: measures.isEmpty ? nil : .object(evaluation),
      cells: cells.map(\.cell), error: error?.error(in: source), records: records.map(\.record),
      seconds: seconds)
    row.warnings = warnings
    row.innerFailures = innerFailures
    return row
  }
}

struct ColumnReport: Codable {
  let name: String
  let title: String?
  let format: String?

  init(_ column: Table.Column) {
    (name, title, format) = (column.name, column.title, column.format)
  }

  var column: Table.Column { Table.Column(name, title: title, format: format) }
}

struct CellReport: Codable {
  let column: ColumnReport
  let value: StoredValue

  var cell: (column: Table.Column, value: Value) { (column.column, value.value) }
}

/// What the run store keeps of a measured number. Numbers as text, which holds NaN and infinity too.
struct MeasureReport: Codable {
  let name: String
  let value: String
  let standardError: String?
  let count: Int
  let method: String

  init(_ measure: EvaluationObject.Measure) {
    name = measure.name
    value = "\(measure.value)"
    standardError = measure.standardError.map { "\($0)" }
    count = measure.count
    method = measure.method
  }

  var measure: EvaluationObject.Measure {
    EvaluationObject.Measure(
      name, Double(value) ?? .nan, standardError: standardError.map { Double($0) ?? .nan },
      count: count, method: method)
  }
}

/// A table, or a file's path.
struct RecordReport: Codable {
  let name: String
  let columns: [ColumnReport]?
  let rows: [[StoredValue]]

  init(_ record: WorkRecord) {
    switch record {
    case .history(let name, let table):
      self.name = name
      columns = table.columns.map(ColumnReport.init)
      rows = table.rows.map { $0.map(StoredValue.init) }
    case .file(let path):
      name = path
      columns = nil
      rows = []
    }
  }

  var record: WorkRecord {
    guard let columns else { return .file(path: name) }
    let rows = rows.filter { $0.count == columns.count }.map { $0.map(\.value) }
    return .history(name: name, Table(columns: columns.map(\.column), rows: rows))
  }
}

/// An error's words and place.
struct ErrorReport: Codable {
  let code: String
  let kind: Int
  let message: String
  let label: String?
  let notes: [String]
  let place: [Int]?

  private static let kinds: [ScriptError.Kind] = [.failure, .check, .data, .interrupted]

  init(_ error: ScriptError) {
    code = error.code
    kind = Self.kinds.firstIndex(of: error.kind) ?? 0
    message = error.message
    label = error.label
    notes = error.notes
    place = error.span.map { [$0.range.lowerBound, $0.range.upperBound] }
  }

  /// The error, with its place in `source`: every rank runs the same text.
  func error(in source: Source) -> ScriptError {
    let kind = Self.kinds.indices.contains(kind) ? Self.kinds[kind] : .failure
    var span: Span?
    if let place, place.count == 2, 0 <= place[0], place[0] <= place[1],
      place[1] <= source.text.utf8.count
    {
      span = Span(source, place[0]..<place[1])
    }
    return ScriptError(code, message, kind: kind, at: span, label: label, notes: notes)
  }
}

extension Encodable {
  /// As JSON.
  var messageBytes: [UInt8] { (try? JSONEncoder().encode(self)).map { Array($0) } ?? [] }
}

extension Decodable {
  /// From JSON; nil for anything else.
  init?(message bytes: [UInt8]) {
    guard let value = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else { return nil }
    self = value
  }
}
