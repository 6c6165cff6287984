import Foundation
import MIMScript
import MIMSession

extension FuzzTarget {
  /// The language and notebooks.
  static let language: [FuzzTarget] = [
    FuzzTarget("script") { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      let source = Source(name: "fuzz", text: text)
      let parsed = Parser.parse(source, vocabulary: builtinTable.vocabulary)
      var checker = Checker(table: builtinTable)
      for error in (parsed.errors + checker.check(parsed.program)).prefix(10) {
        _ = Diagnostics.render(error, width: 40, color: true)
      }
      _ = Parser.parse(entry: source, vocabulary: builtinTable.vocabulary)
      _ = Completer(table: builtinTable, names: [:]).complete(text)
    },
    // The language without its verbs runs: arithmetic, lists, loops, functions of numbers.
    FuzzTarget("expression") { bytes in
      let interruption = Interruption()
      let session = Session(
        table: HostTable(builtinTable.functions.filter { words.contains($0.name) }),
        output: SilentOutput(), interruption: interruption)
      Watchdog.shared.begin(interruption)
      session.evaluate(Source(name: "fuzz", text: String(decoding: bytes, as: UTF8.self)))
      Watchdog.shared.end()
    },
    FuzzTarget("notebook", file: "n.mimnb") { _ = Commands.check($0, output: SilentOutput()) },
  ]

  /// Verbs that only look.
  private static let words: Set = ["show", "who", "help", "table"]
}

/// Asks work to stop after two seconds: what then doesn't stop is a hang.
private final class Watchdog: @unchecked Sendable {
  static let shared = Watchdog()
  private let lock = NSLock()
  private var current: (Interruption, end: Date)?

  private init() {
    Thread { [self] in
      while true {
        Thread.sleep(forTimeInterval: 0.25)
        lock.withLock {
          if let (work, end) = current, end < Date() { work.request(.user) }
        }
      }
    }.start()
  }

  func begin(_ work: Interruption) {
    lock.withLock { current = (work, Date().addingTimeInterval(2)) }
  }

  func end() { lock.withLock { current = nil } }
}
