import MIMModels
import MIMScript

/// The statements that a session evaluated, in order.
public struct StatementLog: Sendable {
  /// One evaluated statement.
  public struct Entry: Sendable {
    /// Its text.
    public let text: String
    /// The cell that holds it, if any.
    public let cell: String?
    /// Whether it succeeded, or was stopped and kept what it had made.
    public var succeeded = false
    /// Whether its value became `ans`.
    var answers = false
    let names: StatementNames
    /// Its text without comments, for recipes.
    let plainText: String
    /// The data files that it read.
    private(set) var files: [DataFile] = []

    init(_ statement: Statement, cell: String?) {
      text = statement.span.text
      self.cell = cell
      names = StatementNames(statement)
      plainText = statement.plainText
    }

    mutating func add(_ files: [DataFile]) { self.files += files }
  }

  /// The statements, oldest first.
  public private(set) var entries: [Entry] = []

  /// An empty log.
  public init() {}

  mutating func append(_ entry: Entry) { entries.append(entry) }

  mutating func append(_ other: StatementLog) { entries += other.entries }

  /// The statements that a last one needs, and that one itself, in order; and the names that
  /// none of them binds.
  func slice(for last: Entry) -> (entries: [Entry], free: Set<String>) {
    var needed = last.names.reads
    var result = [last]
    for entry in entries.reversed() where entry.succeeded {
      let answers = entry.answers && needed.contains("ans")
      guard answers || !entry.names.binds.isDisjoint(with: needed) else { continue }
      if answers { needed.remove("ans") }
      if entry.names.alwaysBinds { needed.subtract(entry.names.binds) }
      needed.formUnion(entry.names.reads)
      result.append(entry)
    }
    return (result.reversed(), needed)
  }
}
