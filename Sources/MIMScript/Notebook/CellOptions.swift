/// The options in the `#| key: value` lines at the start of a cell.
public struct CellOptions: Sendable, Equatable {
  /// Names the cell, its figures and its random stream; unique in the file.
  public var label: String?
  /// The text below the cell's figure or above its table.
  public var caption: String?
  /// Whether the report shows the code.
  public var echo = Echo.shown
  /// Whether the cell's results may be stored and reused.
  public var cache = true
  /// What happens when an error occurs in the cell.
  public var error = ErrorPolicy.stop
  /// Whether the cell runs at all.
  public var run = true
  /// Seconds after which the cell is stopped.
  public var timeout: Double?

  /// How the report shows a cell's code.
  public enum Echo: String, Sendable, CaseIterable {
    /// `true`: above the results.
    case shown = "true"
    /// `false`: the code is not shown.
    case hidden = "false"
    /// `fold`: folded; a click opens it.
    case fold
  }

  /// What happens when an error occurs in a cell.
  public enum ErrorPolicy: Sendable, Equatable {
    /// The run stops there.
    case stop
    /// The cell must end with this error; anything else is a failure.
    case expect(code: String)
  }

  /// The keys a cell may use.
  public static let keys = ["label", "caption", "echo", "cache", "error", "run", "timeout"]

  /// The default options.
  public init() {}

  /// Takes one option; throws the words of what is wrong and what would be right.
  mutating func set(_ key: String, to value: String) throws(CellOptionProblem) {
    switch key {
    case "label": label = try CellOptions.checkedLabel(value)
    case "caption": caption = value
    case "echo": echo = try CellOptions.echo(value)
    case "cache": cache = try CellOptions.choice(value, ["auto": true, "off": false])
    case "run": run = try CellOptions.choice(value, ["true": true, "false": false])
    case "error": error = try CellOptions.errorPolicy(value)
    case "timeout": timeout = try CellOptions.seconds(value)
    default: throw CellOptionProblem(code: "E604", message: "there is no cell option `\(key)`")
    }
  }

  private static func checkedLabel(_ value: String) throws(CellOptionProblem) -> String {
    let isFine =
      value.first?.isLetter == true && value.utf8.count <= 100
      && value.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    guard isFine else {
      throw CellOptionProblem(
        code: "E605", message: "`\(value)` cannot be a label",
        label: "start with a letter, then use letters, digits, `-` and `_`")
    }
    return value
  }

  private static func echo(_ value: String) throws(CellOptionProblem) -> Echo {
    guard let echo = Echo(rawValue: value) else {
      throw wrongChoice(value, ["true", "false", "fold"])
    }
    return echo
  }

  private static func choice(
    _ value: String, _ choices: KeyValuePairs<String, Bool>
  ) throws(CellOptionProblem) -> Bool {
    for (name, meaning) in choices where name == value { return meaning }
    throw wrongChoice(value, choices.map { $0.key })
  }

  private static func errorPolicy(_ value: String) throws(CellOptionProblem) -> ErrorPolicy {
    if value == "stop" { return .stop }
    let words = value.split(separator: " ")
    let isCode =
      words.count == 2 && words[0] == "expect" && words[1].first == "E" && words[1].count == 4
      && words[1].dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
    guard isCode else { throw wrongChoice(value, ["stop", "expect E102"]) }
    return .expect(code: String(words[1]))
  }

  private static func seconds(_ value: String) throws(CellOptionProblem) -> Double {
    guard let seconds = Double(value), seconds > 0, seconds <= 1e9 else {
      throw CellOptionProblem(
        code: "E605", message: "`timeout` needs a number of seconds above 0, not `\(value)`")
    }
    return seconds
  }

  private static func wrongChoice(_ value: String, _ choices: [String]) -> CellOptionProblem {
    let list = choices.map { "`\($0)`" }.joined(separator: ", ")
    return CellOptionProblem(code: "E605", message: "`\(value)` is not one of \(list)")
  }
}

/// What is wrong with a cell option; the reader adds the place.
struct CellOptionProblem: Error {
  let code: String
  let message: String
  var label: String?
}
