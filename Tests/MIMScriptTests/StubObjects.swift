import MIMScript
import Synchronization

/// A host object with facts, as the session's data sets and models are.
struct StubObject: HostObject {
  let typeName: String
  var facts: [String: Value] = [:]
  var fields: [String: Value] = [:]
  var columnNames: [String]?

  var fieldNames: [String] { fields.keys.sorted() }
  func field(_ name: String) -> Value? { fields[name] }
  func summary(width: Int) -> [String] {
    let shown = facts.keys.sorted().map { "\($0)=\(facts[$0, default: .none].shortText)" }
    return [([typeName] + shown).joined(separator: " ")]
  }
  var json: JSON { .object([("type", .string(typeName))]) }
}

/// Records what a program shows and says.
final class RecordingHost: HostContext {
  struct Record {
    var shown: [Value] = []
    var statements: [String] = []
    var messages: [String] = []
    var interruptAfter: Int?
    var asked = 0
  }
  private let record = Mutex(Record())

  var content: Record { record.withLock { $0 } }

  /// Makes the host ask to stop at the given number of polls.
  func interrupt(afterPolls polls: Int) { record.withLock { $0.interruptAfter = polls } }

  var isInterrupted: Bool {
    record.withLock { record in
      record.asked += 1
      return record.interruptAfter.map { record.asked > $0 } ?? false
    }
  }
  func progress(_ update: ProgressUpdate) {}
  func message(_ text: String) { record.withLock { $0.messages.append(text) } }
  func show(_ value: Value, statement: String) {
    record.withLock {
      $0.shown.append(value)
      $0.statements.append(statement)
    }
  }

  /// The shown values as a terminal of 100 columns prints them.
  var lines: [String] { content.shown.flatMap { $0.displayLines(width: 100) } }
}
