import Foundation
import GRDB
import MIMCPU
import MIMFormats
import MIMModels
import MIMScript
import MIMTensor

/// Keeps the rows of one sweep statement in the run store.
///
/// A row's key is SHA-256 over what determines its numbers: the revision of the numerics, the backend, the
/// instruction set in use, the session's seed, the cell's label, enclosing loops, the block's code, the contents of every name
/// that it reads, the threads of a row, and the row's axis values. The range of an axis and the
/// sweep's other options do not belong to it, so a longer sweep takes over the rows of a shorter.
final class SweepKeeper: RowKeeper {
  private let database: RunDatabase
  private let context: SessionContext
  private let key: SweepKey
  private let finished: [String: KeptRow]

  /// Opens the store and reads which rows of the sweep are finished.
  init(_ sweep: SweepIdentity, in context: SessionContext, path: String) throws {
    self.context = context
    do {
      database = try RunDatabase(path: path)
      key = SweepKey(sweep, in: context)
      let sweepKey = key.text
      let found = try database.read { try FinishedRows(of: sweepKey, in: $0) }
      let noted = key
      try database.write { try SweepUses.note(noted, in: $0) }
      finished = found.rows
      for warning in found.warnings { context.message(warning + "; it is computed again") }
    } catch let error as RunStoreError {
      throw error.scriptError()
    }
  }

  var place: String { database.path }

  func row(_ axes: [(name: String, value: Value)]) -> KeptRow? { finished[key.row(axes)] }

  func finish() { database.fold() }

  func keep(_ row: FinishedRow) throws {
    let record = StoredRun(row, key: key, context: context)
    do {
      try database.write { try record.insert(in: $0) }
    } catch let error as RunStoreError {
      context.noteLoss(
        "rows of the sweep `\(key.name)` are not in \(database.path)",
        at: "\(database.path) \(key.text)")
      throw error.scriptError()
    }
  }
}

/// What identifies a sweep and its rows.
struct SweepKey: Sendable {
  /// The information recorded about the sweep.
  let sweep: SweepIdentity
  /// The key of the sweep.
  let text: String
  /// Where the sweep stands, whatever it computes: see ``SweepUses``.
  let place: String
  /// The variables of the loops around the sweep, with what tells their values apart: columns beside its axes.
  let loops: [(name: String, value: Value)]

  init(_ sweep: SweepIdentity, in context: SessionContext) {
    self.sweep = sweep
    loops = Self.loops(around: sweep)
    let names = BlockNames(sweep.body, axes: sweep.axes)
    let settings = context.settings
    var parts = [numericsIdentity(context.table, settings.catalog), engineBackend]
    parts += [InstructionSet.inUse.rawValue, "\(sweep.seed)"]
    parts += ["\(settings.quick)", sweep.cell]
    parts += sweep.enclosing.map { "\($0.name)=\(ContentKey.text(of: $0.value))" }
    parts += names.verbs.sorted().compactMap { verb in
      sweep.unnamedCalls[verb].map { "\(verb) \($0)" }
    }
    parts.append("threads \(sweep.threads)")
    parts += sweep.body.map(\.normalisedText)
    parts += names.reads.sorted().compactMap { name in
      sweep.visible[name].map { "\(name)=\(ContentKey.text(of: $0))" }
    }
    parts += names.parameters.sorted().compactMap { name in
      sweep.overrides[name].map { "param \(name)=\($0)" }
    }
    text = ContentKey.of(parts)
    place = ContentKey.of(
      [
        settings.notebook ?? "", sweep.cell, sweep.target ?? "", "\(settings.quick)",
        "\(sweep.seed)",
      ]
        + sweep.enclosing.map { "\($0.name)=\(ContentKey.text(of: $0.value))" })
  }

  /// Of two loops or axes with one name, the block sees the inner one; the rows differ by the outer one too, as it chooses their random
  /// numbers.
  private static func loops(around sweep: SweepIdentity) -> [(name: String, value: Value)] {
    var taken = Set(sweep.axes)
    let named = sweep.enclosing.reversed().map { loop -> (name: String, value: Value) in
      var name = loop.name
      while !taken.insert(name).inserted { name = "outer_\(name)" }
      return (name, loop.value)
    }
    return named.reversed().map { loop in
      switch loop.value {
      case .object, .table:
        // Two models may look alike.
        let key = ContentKey.of([ContentKey.text(of: loop.value)]).prefix(8)
        return (loop.name, .string("\(loop.value.shortText) · \(key)"))
      default: return loop
      }
    }
  }

  /// The key of a row.
  func row(_ axes: [(name: String, value: Value)]) -> String {
    // Sorted: which axis is written first says nothing about a row.
    ContentKey.of([text] + axes.map { "\($0.name)=\(ContentKey.text(of: $0.value))" }.sorted())
  }

  /// What people call the sweep: its name, its cell, or `sweep`.
  var name: String {
    sweep.target ?? (sweep.cell.isEmpty ? "sweep" : sweep.cell)
  }
}

/// The finished rows of a sweep whose data files are what they were.
private struct FinishedRows {
  private(set) var rows: [String: KeptRow] = [:]
  let warnings: [String]

  init(of sweepKey: String, in db: Database) throws {
    var stored = try StoredRows(ofSweep: sweepKey, in: db)
    var hashes: [String: String?] = [:]
    for run in stored.runs {
      do {
        guard try run.fields.text("status") == "finished", !run.metrics.isEmpty,
          try run.files.allSatisfy({ try Self.isUnchanged($0, &hashes) })
        else { continue }
        let cells = try run.metrics.map {
          (column: try StoredRuns.column($0), value: try $0.cell())
        }
        rows[try run.fields.text("key")] = KeptRow(cells: cells)
      } catch {
        stored.note(run, (error as? StoredFields.Wrong)?.reason ?? "\(error)")
      }
    }
    warnings = stored.warnings
  }

  /// Whether a file that a row read still has the same contents.
  private static func isUnchanged(
    _ file: StoredFields, _ hashes: inout [String: String?]
  ) throws -> Bool {
    let path = try file.text("path")
    if hashes[path] == nil { hashes[path] = .some(Self.hash(of: path)) }
    return hashes[path] == .some(try file.text("sha256"))
  }

  private static func hash(of path: String) -> String? {
    (try? FileReader.bytes(of: path)).map(SHA256.hexadecimal(of:))
  }
}
