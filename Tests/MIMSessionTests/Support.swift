import Foundation
import MIMScript
import MIMSession
import Synchronization

/// Collects what a session writes.
final class CollectedOutput: SessionOutput {
  private let state = Mutex<(out: [String], error: [String], errors: [ScriptError])>(([], [], []))

  private let finished = Mutex<[String]>([])
  private let unfinished = Mutex<[ProgressUpdate]>([])
  /// Whether it stands for a terminal with a live line.
  let hasLiveLine: Bool

  init(hasLiveLine: Bool = false) { self.hasLiveLine = hasLiveLine }

  /// What long work said before its end.
  var updates: [ProgressUpdate] { unfinished.withLock { $0 } }
  /// What long work said at its end.
  var summaries: [String] { finished.withLock { $0 } }
  var out: [String] { state.withLock { $0.out } }
  var error: [String] { state.withLock { $0.error } }
  var errors: [ScriptError] { state.withLock { $0.errors } }
  var codes: [String] { errors.map(\.code) }

  func show(_ shown: ShownValue) {
    state.withLock { $0.out += shown.value.displayLines(width: 80) }
  }
  func message(_ text: String) { state.withLock { $0.error.append(text) } }
  func progress(_ update: ProgressUpdate) {
    if update.isFinished { return finished.withLock { $0.append(update.detail) } }
    unfinished.withLock { $0.append(update) }
  }
  func failure(_ error: ScriptError, text: String) {
    state.withLock { state in
      state.errors.append(error)
      state.error.append(text)
    }
  }
}

/// A folder that goes away with the test.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "mim-session-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String) throws -> String {
    let file = path + "/" + name
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: path + "/" + name, encoding: .utf8)
  }

  func names(_ folder: String = "") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path + "/" + folder)) ?? []).sorted()
  }
}

/// A notebook run into a folder of its own.
struct NotebookRun {
  let folder: TemporaryFolder
  let output = CollectedOutput()
  let code: ExitCode

  init(
    _ text: String, in folder: TemporaryFolder? = nil, interruption: Interruption = Interruption(),
    _ change: (inout RunOptions) -> Void = { _ in }
  ) throws {
    let folder = try folder ?? TemporaryFolder()
    self.folder = folder
    let file = try folder.write(text, to: "note.mimnb")
    var options = RunOptions()
    options.outputFolder = folder.path + "/out"
    options.threads = 1
    change(&options)
    code = Commands.run(
      file, options: options, table: fakeTable, output: output, interruption: interruption)
  }

  var html: String { (try? folder.text("out/report.html")) ?? "" }
  var markdown: String { (try? folder.text("out/report.md")) ?? "" }

  /// run.json as a dictionary.
  var record: [String: Any] {
    let data = FileManager.default.contents(atPath: folder.path + "/out/run.json") ?? Data()
    return (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] ?? [:]
  }

  /// The statuses of the cells.
  var statuses: [String] {
    (record["cells"] as? [[String: Any]] ?? []).map { $0["status"] as? String ?? "" }
  }
}
