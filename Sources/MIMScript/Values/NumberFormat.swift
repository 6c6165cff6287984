/// How a number is written: a checked `printf` format such as `%.2f` or `%.3e nats`, so that text
/// from a notebook can never reach C's `printf` unchecked.
public struct NumberFormat: Hashable, Sendable {
  /// Four significant digits, as tables show numbers.
  public static let fourDigits = NumberFormat(prefix: "", directive: "%#.4g", suffix: "")

  let prefix: String
  let directive: String
  let suffix: String

  init(prefix: String, directive: String, suffix: String) {
    self.prefix = prefix
    self.directive = directive
    self.suffix = suffix
  }

  /// Reads a format: literal text around exactly one `%[flags][width][.precision](e|f|g|d)`.
  /// - Returns: nil when it is anything else.
  public init?(printf format: String) {
    return nil
  }

  /// The number's text.
  public func string(_ number: Double) -> String { "" }
}
