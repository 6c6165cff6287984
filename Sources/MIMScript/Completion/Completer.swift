/// What Tab may put in.
public struct Completion: Sendable {
  /// One thing to put in.
  public struct Candidate: Hashable, Sendable {
    /// What it is, for colours and help beside it.
    public enum Kind: String, Sendable {
      case verb, keyword, option, word, name, field, column
    }
    /// The text that replaces what was typed of it; options end in `=`.
    public let text: String
    /// What it is.
    public let kind: Kind
    /// One line about it.
    public let detail: String
  }

  /// The UTF-8 offset of the text before the cursor from which a candidate replaces.
  public let start: Int
  /// What fits, in the order to offer it.
  public let candidates: [Candidate]
  /// A file name may stand here: the prompt adds names from the disk for `pathPrefix`.
  public let wantsPath: Bool
  /// What is typed of the file name so far, without its quote.
  public let pathPrefix: String
  /// Whether the file name so far stands behind an opening quote.
  public let isQuoted: Bool
}

/// Completes verbs, options valid at that place, words, names, fields, columns. Pure: it never
/// touches the disk.
public struct Completer: Sendable {
  /// The verbs.
  public let table: HostTable
  /// The names bound and their values (`Interpreter.bindings`).
  public let names: [String: Value]

  /// Makes a completer.
  public init(table: HostTable, names: [String: Value]) {
    self.table = table
    self.names = names
  }

  /// What fits after `text`, the input up to the cursor (all lines of a multi-line entry).
  public func complete(_ text: String) -> Completion {
    Completion(start: text.utf8.count, candidates: [], wantsPath: false, pathPrefix: "", isQuoted: false)
  }
}
