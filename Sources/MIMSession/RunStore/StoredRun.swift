import Foundation
import GRDB
import MIMCPU
import MIMModels
import MIMScript
import MIMTensor

/// A finished row with everything that is kept of it.
struct StoredRun {
  private let row: FinishedRow
  private let key: SweepKey
  private let settings: SessionSettings
  private let data: [DataFile]

  init(_ row: FinishedRow, key: SweepKey, context: SessionContext) {
    self.row = row
    self.key = key
    settings = context.settings
    data = context.dataFiles
  }

  /// Writes the row; an earlier one of the same key is replaced, unless that was finished and this
  /// one failed.
  func insert(in db: Database) throws {
    let rowKey = key.row(row.axes)
    let status = row.error == nil ? "finished" : "failed"
    if row.error != nil,
      try String.fetchOne(db, sql: "SELECT status FROM run WHERE key = ?", arguments: [rowKey])
        == "finished"
    {
      return
    }
    try db.execute(sql: "DELETE FROM run WHERE key = ?", arguments: [rowKey])
    try db.execute(
      sql: """
        INSERT INTO run (key, sweep_key, sweep, notebook, cell, statement, row_index,
          configuration, seed, engine_version, backend, instruction_set, threads, quick, status, error_code, error,
          finished_at, seconds)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        rowKey, key.text, key.name, settings.notebook, key.sweep.cell, key.sweep.statement,
        row.index, configuration, Int64(bitPattern: key.sweep.seed),
        "\(programVersion) r\(numericsRevision)", engineBackend,
        InstructionSet.inUse.rawValue, key.sweep.threads, settings.quick, status, row.error?.code,
        row.error?.message,
        Date().formatted(.iso8601), row.seconds,
      ])
    let run = db.lastInsertedRowID
    try insertValues(run, in: db)
    try insertRecords(run, in: db)
    try StoredRows.seal(run, in: db)
  }

  /// The plain values that the block reads, as JSON.
  private var configuration: String {
    let names = BlockNames(key.sweep.body, axes: key.sweep.axes).reads.sorted()
    let values = names.compactMap { name in
      key.sweep.visible[name].map { value -> (key: String, value: JSON) in
        if case .object(let object) = value { return (name, .string(object.typeName)) }
        return (name, value.json)
      }
    }
    return JSON.object(values).text()
  }

  private func insertValues(_ run: Int64, in db: Database) throws {
    for (position, axis) in (key.loops + row.axes).enumerated() {
      let stored = StoredValue(axis.value)
      try db.execute(
        sql: "INSERT INTO axis (runId, position, name, kind, text, number) VALUES (?,?,?,?,?,?)",
        arguments: [run, position, axis.name, stored.kind, stored.text, stored.number])
    }
    let measures = row.value?.asObject(EvaluationObject.self)?.measures ?? []
    for (position, cell) in row.cells.enumerated() {
      let stored = StoredValue(cell.value)
      let measure = measures.first { $0.name == cell.column.name }
      try db.execute(
        sql: """
          INSERT INTO metric (runId, position, name, kind, text, number, title, format,
            standard_error, n, method) VALUES (?,?,?,?,?,?,?,?,?,?,?)
          """,
        arguments: [
          run, position, cell.column.name, stored.kind, stored.text, stored.number,
          cell.column.title, cell.column.format, measure?.standardError, measure?.count,
          measure?.method,
        ])
    }
  }

  private func insertRecords(_ run: Int64, in db: Database) throws {
    for record in row.records {
      switch record {
      case .history(let name, let table): try insertEpochs(of: name, table, run, in: db)
      case .file(let path):
        try db.execute(
          sql: "INSERT INTO artefact (runId, path) VALUES (?, ?)", arguments: [run, path])
      }
    }
    for file in data {
      try db.execute(
        sql: "INSERT INTO data_file (runId, path, sha256, bytes) VALUES (?, ?, ?, ?)",
        arguments: [run, file.path, file.sha256, file.bytes])
    }
  }

  private func insertEpochs(
    of training: String, _ table: Table, _ run: Int64, in db: Database
  ) throws {
    let place = table.index(of: "epoch")
    for (index, row) in table.rows.enumerated() {
      let epoch = place.flatMap { row[$0].asInteger } ?? index + 1
      let metrics = zip(table.columns, row).filter { $0.0.name != "epoch" }
        .map { (key: $0.0.name, value: $0.1.json) }
      try db.execute(
        sql: "INSERT INTO epoch (runId, training, epoch, metrics) VALUES (?, ?, ?, ?)",
        arguments: [run, training, epoch, JSON.object(metrics).text()])
    }
  }
}
