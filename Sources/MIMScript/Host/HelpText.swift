extension HostTable {
  /// `help` alone: the verbs by group on one screen.
  public func helpOverview() -> [String] { [] }

  /// `help WORDS`: a verb, a word of a word place, a topic, `errors E301`; nil: there is no such
  /// page (`helpSuggestions` may know a near one).
  public func help(for words: [String]) -> [String]? { nil }

  /// Names of pages near to what was asked for, at most three.
  public func helpSuggestions(for words: [String]) -> [String] { [] }

  /// The verb reference of `docs/language.md`, as Markdown.
  public func referenceMarkdown() -> String { "" }
}
