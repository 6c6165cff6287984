import Foundation
import MIMCPU
import MIMModels
import MIMScript
import MIMTensor

/// run.json: what ran and what came out, in sorted keys; clock times stand apart in `timing`, so
/// that everything else is the same byte for byte when the same notebook runs again.
struct RunRecordWriter {
  /// The version of this format.
  static let version = 1.0

  private let run: NotebookRunner
  private let started: Date
  private let seconds: Double

  init(_ run: NotebookRunner, started: Date, seconds: Double) {
    self.run = run
    self.started = started
    self.seconds = seconds
  }

  var text: String { RunRecordWriter.sorted(record).text(pretty: true) + "\n" }

  private var record: JSON {
    let context = run.session.context
    let settings = context.settings
    return .object(
      [
        ("version", .number(RunRecordWriter.version)),
        (
          "engine",
          .object([
            ("version", .string(programVersion)), ("backend", .string(engineBackend)),
            ("threads", .number(Double(settings.threads))),
            ("instruction_set", .string(InstructionSet.inUse.rawValue)),
          ])
        ),
        (
          "notebook",
          .object([
            ("path", .string(run.loaded.notebook.source.name)),
            ("sha256", .string(run.loaded.hash)),
          ])
        ),
        ("params", .object(run.loaded.frontMatter.params.map { ($0.name, $0.value.json) })),
        ("overrides", .object(overrides)),
        ("seed", .number(Double(settings.seed))),
        ("quick", .bool(settings.quick)),
        ("data", .array(context.dataFiles.map(RunRecordWriter.data))),
        ("cells", .array(cells)),
        ("exit", .number(Double(run.exit.rawValue))),
        ("timing", timing),
      ] + (context.withState { $0.folder?.record } ?? []))
  }

  /// Values from the command line for `param` lines.
  private var overrides: [(String, JSON)] {
    run.loaded.overrides.map { name, value in
      switch value {
      case .text(let text): (name, .string(text))
      case .value(let value): (name, value.json)
      }
    }
  }

  private static func data(_ file: DataFile) -> JSON {
    .object([
      ("path", .string(file.path)), ("sha256", .string(file.sha256)),
      ("bytes", .number(Double(file.bytes))),
    ])
  }

  private var timing: JSON {
    .object([
      ("started", .string(ISO8601DateFormatter().string(from: started))),
      ("seconds", .number(seconds)),
      ("cells", .object(run.results.map { ($0.cell.name, .number($0.seconds)) })),
      ("found", .array(run.results.filter(\.wasFound).map { .string($0.cell.name) })),
    ])
  }

  // MARK: Cells

  private var cells: [JSON] {
    zip(run.results, run.loaded.programs).map { result, program in
      .object([
        ("label", .string(result.cell.name)),
        ("status", .string(result.status.rawValue)),
        ("key", .string(run.cache.key(of: result.cell, program))),
        ("values", .object(result.values.map { ($0.name, $0.value) })),
        ("tables", .array(result.tables.map(RunRecordWriter.table))),
        ("figures", .array(result.figures.flatMap(RunRecordWriter.figures))),
        ("error", result.error.map { Diagnostics.json($0) } ?? .null),
      ])
    }
  }

  private static func table(_ record: TableRecord) -> JSON {
    .object([("path", .string(record.path)), ("rows", Value.table(record.table).json)])
  }

  private static func figures(_ record: FigureRecord) -> [JSON] {
    record.files.map { file in
      let hash = file.hasSuffix(".png") ? record.pixelHash : nil
      return .object([
        ("path", .string(file)), ("sha256_pixels", hash.map { .string($0) } ?? .null),
      ])
    }
  }

  // MARK: Order

  private static func sorted(_ json: JSON) -> JSON {
    switch json {
    case .object(let pairs):
      .object(pairs.map { ($0.key, sorted($0.value)) }.sorted { $0.0 < $1.0 })
    case .array(let elements): .array(elements.map(sorted))
    default: json
    }
  }
}
