import Foundation
import MIMFormats
import MIMScript
import MIMTensor

/// The files of a report and their place in the output folder.
enum ReportFiles {
  /// The files that every run writes.
  static let names = ["log.txt", "report.html", "report.md", "run.json"]
  /// What `--to ipynb` adds.
  static let jupyterName = "report.ipynb"

  /// Makes sure, before any work, that the report may be written, and keeps other runs off the folder for as long as the result lives.
  static func claim(_ context: SessionContext) throws -> FileLock? {
    if let folder = context.withState({ $0.folder }), let access = context.settings.access,
      !access.mayWrite(folder.path)
    {
      let error = FileAccess.writeError(folder.path(of: "report.html"), at: nil)
      throw Halt(.usage, [error])
    }
    let isForJupyter = context.settings.writesJupyter
    for name in names + (isForJupyter ? [jupyterName] : []) { try claim(name, context) }
    guard let folder = context.withState({ $0.folder }) else { return nil }
    do {
      try AtomicFile.makeFolder(folder.path)
    } catch {
      throw Halt.usage("\(error)")
    }
    guard let lock = FileLock.take(folder.path(of: "run.json")) else {
      throw Halt.usage(
        "another run is writing into `\(folder.path)`",
        notes: ["wait for its end, or choose another folder with -o"])
    }
    AtomicFile.removeLeftovers(below: folder.path)
    try noteOwnership(context)
    return lock
  }

  /// Takes a name for this run; throws when the file is somebody else's.
  static func claim(_ name: String, _ context: SessionContext) throws {
    let path = context.withState { state -> String? in
      guard let folder = state.folder, !folder.mayWrite(name) else {
        state.folder?.own(name)
        return nil
      }
      return folder.path(of: name)
    }
    guard let path else { return }
    throw Halt.usage(
      "`\(path)` exists and was not written by a run of mim-repl",
      notes: ["choose another folder with -o, or move the file away"])
  }

  /// Writes report.md, report.html, log.txt and run.json.
  static func write(
    _ report: Report, of run: NotebookRunner, started: Date, seconds: Double
  ) throws {
    let context = run.session.context
    guard let folder = context.withState({ $0.folder }) else { return }
    do {
      try write(VisibleText.escaped(MarkdownReport(report).text), to: folder.path(of: "report.md"))
      try write(HTMLReport(report).text, to: folder.path(of: "report.html"))
      if context.settings.writesJupyter {
        try write(JupyterReport(report).text, to: folder.path(of: jupyterName))
      } else if folder.owns(jupyterName) {
        // An earlier run's, which would tell of other results than the files beside it.
        AtomicFile.remove(folder.path(of: jupyterName))
        context.withState { $0.folder?.disown(jupyterName) }
      }
      try write(VisibleText.escaped(run.recorder.logText), to: folder.path(of: "log.txt"))
      let record = RunRecordWriter(run, started: started, seconds: seconds).text
      try AtomicFile.write(record, to: folder.path(of: "run.json"))
    } catch {
      throw Halt(.failure, [ScriptError("E501", "\(error)")])
    }
  }

  /// Writes a text, unless the file holds it already.
  private static func write(_ text: String, to path: String) throws {
    try AtomicFile.write(Array(text.utf8), to: path, unlessSame: true)
  }

  /// Until the run ends, run.json only says which files are this run's, so that a killed run can
  /// be repeated.
  static func noteOwnership(_ context: SessionContext) throws {
    guard let folder = context.withState({ $0.folder }) else { return }
    let notebook = JSON.object([("path", context.settings.notebook.map { .string($0) } ?? .null)])
    let record = JSON.object(
      folder.record + [("notebook", notebook), ("version", .number(1))])
    do {
      try AtomicFile.write(record.text(pretty: true) + "\n", to: folder.path(of: "run.json"))
    } catch {
      throw Halt.usage("\(error)")
    }
  }
}
