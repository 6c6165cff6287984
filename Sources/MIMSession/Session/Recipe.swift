import MIMModels
import MIMScript

/// How to make a figure again: embedded in every figure file, without a clock, so that the same
/// run gives the same bytes.
public struct Recipe: Sendable, Equatable {
  /// The notebook, if one ran.
  public var notebook: String?
  /// The cell's label.
  public var cell: String?
  /// The statements that are needed, in order; the last one draws.
  public var statements: [String]
  /// Declared parameters and their values, as text.
  public var params: [(name: String, value: String)]
  /// The session's seed.
  public var seed: UInt64
  /// The data files that were read.
  public var data: [DataFile]
  /// The version of mim-repl.
  public var version: String

  /// Field-wise equality.
  public static func == (a: Recipe, b: Recipe) -> Bool { a.text == b.text }
}
