/// An error in what the user wrote or gave: a code to look up (`help errors E301`), one
/// plain sentence, the place, and a remedy. Its text is laid out in one place, `Diagnostics`.
public struct ScriptError: Error, Sendable {
  /// The kind of error, which decides the exit code.
  public enum Kind: Sendable {
    /// A cell or statement failed while it ran: exit 1.
    case failure
    /// Does not parse or does not pass the checks made before anything runs: exit 3.
    case check
    /// Data is missing or its checksum differs: exit 4.
    case data
    /// The user stopped it: exit 130 (Ctrl-C).
    case interrupted
  }

  /// `E102`; the first digit tells the family: 0 syntax, 1 names and options, 2 values,
  /// 3 shapes and data kinds, 4 training, 5 files, 6 notebooks, 9 interrupted.
  public var code: String
  /// The kind of error, which decides the exit code.
  public var kind: Kind
  /// One plain sentence without a final full stop.
  public var message: String
  /// Where; nil only until the interpreter adds the statement's place.
  public var span: Span?
  /// The words next to the caret: "did you mean `epochs`?".
  public var label: String?
  /// Further lines below the source line: "options: …", "try: …".
  public var notes: [String]
  /// The result so far when the work stopped, such as the model after the last good epoch. The
  /// interpreter assigns it to the statement's name if the user stopped the work, else to `ans`.
  public var partial: Value?
  /// Changes of the text of which each would mend it, the likeliest first: what editors offer.
  public var fixes: [Fix]

  /// A change of the text that mends a mistake.
  public struct Fix: Sendable, Equatable {
    /// What is replaced; nil: the place of the error.
    public let span: Span?
    /// What stands there afterwards.
    public let replacement: String

    /// Replaces the text at `span`, or that at the place of the error.
    public init(_ replacement: String, at span: Span? = nil) {
      self.span = span
      self.replacement = replacement
    }
  }

  /// `label` stands beside the caret, `notes` on lines below; editors offer the `fixes`.
  public init(
    _ code: String, _ message: String, kind: Kind = .failure, at span: Span? = nil,
    label: String? = nil, notes: [String] = [], partial: Value? = nil, fixes: [Fix] = []
  ) {
    self.code = code
    self.kind = kind
    self.message = message
    self.span = span
    self.label = label
    self.notes = notes
    self.partial = partial
    self.fixes = fixes
  }
}
