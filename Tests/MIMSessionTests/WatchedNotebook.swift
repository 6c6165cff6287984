import Foundation
import MIMScript
import MIMSession
import Synchronization

/// A notebook that is watched on a thread of its own, with a verb `gate "NAME"` that notes each of its runs and goes on when the test
/// opens the gate.
final class Watched: Sendable {
  let folder: TemporaryFolder
  let output = CollectedOutput()
  private let interruption = Interruption()
  private let page = Mutex<LivePage?>(nil)
  private let statuses = Mutex<[Data]>([])
  private let hasEnded = Mutex<ExitCode?>(nil)

  init(_ text: String, in folder: TemporaryFolder? = nil) throws {
    let folder = try folder ?? TemporaryFolder()
    self.folder = folder
    let path = try folder.write(text, to: "note.mimnb")
    let table = HostTable(builtinFunctions() + [Self.gate(folder.path)])
    let thread = Thread { [self] in
      var options = RunOptions()
      options.outputFolder = folder.path + "/out"
      options.threads = 1
      options.jobs = 1
      options.cache = CachedRun.store(folder)
      let code = Commands.watch(
        path, options: options, table: table, output: output, interruption: interruption
      ) { page in
        _ = page.addReader { status in
          self.statuses.withLock { $0.append(Data(status.utf8)) }
        }
        page.port = 8765
        self.page.withLock { $0 = page }
      }
      hasEnded.withLock { $0 = code }
    }
    thread.stackSize = 16 << 20
    thread.start()
  }

  private static func gate(_ folder: String) -> HostFunction {
    HostFunction(
      "gate", group: .measure, summary: "wait for the test",
      positional: [Parameter("NAME", .string, "a name")], result: "a number", example: "gate \"a\""
    ) { call in
      guard case .string(let name)? = call.positional.first else { return .none }
      let path = "\(folder)/\(name).runs"
      let runs = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      try? (runs + "x").write(toFile: path, atomically: true, encoding: .utf8)
      if FileManager.default.fileExists(atPath: "\(folder)/\(name).fail") {
        throw ScriptError("E410", "the gate is broken", at: call.span)
      }
      while !FileManager.default.fileExists(atPath: "\(folder)/\(name).open") {
        guard !call.host.isInterrupted else {
          throw ScriptError("E901", "stopped", kind: .interrupted, at: call.span)
        }
        usleep(2000)
      }
      return .number(1)
    }
  }

  func open(_ gate: String) throws { _ = try folder.write("", to: "\(gate).open") }

  /// How often a gate was run.
  func runs(_ gate: String) -> Int { ((try? folder.text("\(gate).runs")) ?? "").count }

  func save(_ text: String) throws { _ = try folder.write(text, to: "note.mimnb") }

  var body: String { page.withLock { $0 }?.body ?? "" }

  func file(_ name: String) -> String? { page.withLock { $0 }?.file(name) }

  func ask(_ action: LivePage.Action) { page.withLock { $0 }?.request(action) }

  private var status: [String: Any] {
    guard let last = statuses.withLock({ $0.last }) else { return [:] }
    return (try? JSONSerialization.jsonObject(with: last)) as? [String: Any] ?? [:]
  }

  var cells: [String: String] {
    let cells = status["cells"] as? [String: [String: Any]] ?? [:]
    return cells.compactMapValues { $0["state"] as? String }
  }

  /// Whether every cell has run, and nothing runs.
  var isFresh: Bool { !isBusy && !cells.isEmpty && cells.values.allSatisfy { $0 == "fresh" } }
  var isBusy: Bool { status["busy"] as? Bool ?? true }
  var problem: String { status["problem"] as? String ?? "" }
  var notice: String { status["notice"] as? String ?? "" }

  /// Waits until something holds; false after a long time.
  func wait(_ condition: () -> Bool) -> Bool {
    for _ in 0..<12_000 {
      if condition() { return true }
      usleep(10_000)
    }
    print("cells: \(cells), problem: \(problem), notice: \(notice), said: \(output.error)")
    return false
  }

  /// The exit code, once it has ended.
  var exit: ExitCode? { hasEnded.withLock { $0 } }

  /// Ends watching; gives the exit code.
  func end() -> ExitCode? {
    interruption.request(.user)
    _ = wait { hasEnded.withLock { $0 } != nil }
    return hasEnded.withLock { $0 }
  }
}
