import MIMScript

/// Where a session's results and messages go: the terminal, plain streams, JSON lines, a report.
/// Calls may come from any thread, one at a time.
public protocol SessionOutput: AnyObject, Sendable {
  /// A value to show: a bare expression, `show`, a figure. Belongs on stdout.
  func show(_ shown: ShownValue)
  /// A line in addition to the results: a warning, or a summary of long work. Belongs on stderr.
  func message(_ text: String)
  /// Whether progress is a live line that somebody sees.
  var hasLiveLine: Bool { get }
  /// How far long work has come. Belongs on stderr.
  func progress(_ update: ProgressUpdate)
  /// An error, laid out with its place, caret and fix. Belongs on stderr.
  func failure(_ error: ScriptError, text: String)
  /// A statement begins to run.
  func begins(_ statement: String)
  /// It has ended.
  func ends()
}

extension SessionOutput {
  /// By default there is none.
  public var hasLiveLine: Bool { false }
  /// Nothing needs to be done.
  public func begins(_ statement: String) {}
  /// Nothing needs to be done.
  public func ends() {}
}

/// A value that a statement shows.
public struct ShownValue: Sendable {
  /// The value.
  public let value: Value
  /// The text of the statement that shows it.
  public let statement: String
  /// The recipe, for figures.
  public let recipe: String

  package init(value: Value, statement: String, recipe: String = "") {
    self.value = value
    self.statement = statement
    self.recipe = recipe
  }

  /// The figure, if it is one.
  public var figure: (any RenderableFigure)? {
    if case .object(let object) = value { object as? any RenderableFigure } else { nil }
  }
}
