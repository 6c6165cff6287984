import Foundation
import MIMModels
import MIMScript
import MIMTensor

/// The rows of one sweep among ranks: what `RowSharing` says, in messages of a `RowDispatcher`.
final class DispatchedRows: RowSharing {
  private let ranks: Ranks
  private let dispatcher: any RowDispatcher
  private let context: SessionContext
  private let source: Source

  /// What a following rank says.
  private struct Question: Codable {
    /// `next`, `watch`, `stop` or `leave`.
    let kind: String
    var row: RowReport?
    var files: [DataFile] = []
    var error: ErrorReport?
  }

  /// What rank 0 answers.
  private struct Answer: Codable {
    var row: Int?
    var isStopping: Bool
  }

  /// Seconds between two looks at whether the sweep is stopping.
  private static let watchInterval = 0.2

  init(_ ranks: Ranks, dispatcher: any RowDispatcher, context: SessionContext, source: Source) {
    self.ranks = ranks
    self.dispatcher = dispatcher
    self.context = context
    self.source = source
  }

  var isLeading: Bool { ranks.isLeading }
  var processCount: Int { ranks.collective.size }

  func begin<Result>(_ body: () throws -> Result) throws -> Result {
    try ranks.together(body)
  }

  // MARK: Leading

  func serve(_ desk: any RowDesk) {
    dispatcher.serve { bytes, _ in self.answer(bytes, desk)?.messageBytes }
  }

  private func answer(_ bytes: [UInt8], _ desk: any RowDesk) -> Answer? {
    guard let question = Question(message: bytes) else { return nil }
    switch question.kind {
    case "leave": return nil
    case "stop":
      if let error = question.error { desk.stop(error.error(in: source)) }
    case "next":
      take(question, desk)
      return Answer(row: desk.nextRow(), isStopping: desk.isStopping)
    default: break
    }
    return Answer(row: nil, isStopping: desk.isStopping)
  }

  private func take(_ question: Question, _ desk: any RowDesk) {
    guard let report = question.row else { return }
    context.recordData(question.files)
    let row = report.row(in: source)
    for case .file(let path) in row.records { context.own(path) }
    desk.take(row)
  }

  // MARK: Following

  func next(after row: FinishedRow?) -> Int? {
    let files = row == nil ? [] : context.dataFiles
    return ask(Question(kind: "next", row: row.map(RowReport.init), files: files))?.row
  }

  func stop(_ error: ScriptError) {
    _ = ask(Question(kind: "stop", error: ErrorReport(error)))
  }

  func watch(isDone: @Sendable () -> Bool, stopping: @Sendable () -> Void) {
    var hasTold = false
    while !isDone() {
      Thread.sleep(forTimeInterval: Self.watchInterval)
      guard !hasTold, ask(Question(kind: "watch"))?.isStopping == true else { continue }
      hasTold = true
      stopping()
    }
  }

  func leave() { _ = ask(Question(kind: "leave")) }

  private func ask(_ question: Question) -> Answer? {
    Answer(message: dispatcher.ask(question.messageBytes))
  }

  // MARK: Every rank

  func share(_ results: SharedRows) throws -> SharedRows {
    let bytes = ranks.collective.broadcast(isLeading ? ResultReport(results).messageBytes : [])
    if isLeading { return results }
    guard let report = ResultReport(message: bytes) else {
      throw ScriptError(
        "E450", "rank \(ranks.collective.rank) received a table that it cannot read",
        notes: ["every rank needs the same build of mim-repl"])
    }
    return report.results(in: source)
  }
}

/// `SharedRows` on its way.
private struct ResultReport: Codable {
  struct Outcome: Codable {
    let cells: [CellReport]
    let error: ErrorReport?
  }

  let outcomes: [Outcome?]
  let failureCount: Int
  let ending: ErrorReport?

  init(_ results: SharedRows) {
    outcomes = results.outcomes.map { outcome in
      outcome.map { outcome in
        Outcome(
          cells: outcome.cells.map {
            CellReport(column: ColumnReport($0.column), value: StoredValue($0.value))
          }, error: outcome.error.map(ErrorReport.init))
      }
    }
    failureCount = results.failureCount
    ending = results.ending.map(ErrorReport.init)
  }

  func results(in source: Source) -> SharedRows {
    SharedRows(
      outcomes: outcomes.map { outcome in
        outcome.map {
          RowOutcome(cells: $0.cells.map(\.cell), error: $0.error?.error(in: source))
        }
      }, failureCount: failureCount, ending: ending?.error(in: source))
  }
}
