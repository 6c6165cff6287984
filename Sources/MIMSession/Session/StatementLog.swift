/// The statements that a session evaluated, in order.
public struct StatementLog: Sendable {
  /// One evaluated statement.
  public struct Entry: Sendable {
    /// Its text.
    public let text: String
    /// The cell that holds it, if any.
    public let cell: String?
    /// Whether it succeeded.
    public let succeeded: Bool
  }

  /// The statements, oldest first.
  public private(set) var entries: [Entry] = []

  /// An empty log.
  public init() {}

  /// Adds a statement.
  public mutating func append(_ text: String, cell: String?, succeeded: Bool) {
    entries.append(Entry(text: text, cell: cell, succeeded: succeeded))
  }
}
