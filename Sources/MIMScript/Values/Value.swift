/// A value of the language. Values never change; names may be bound again.
public indirect enum Value: Sendable {
  case none
  case bool(Bool)
  case number(Double)
  case string(String)
  case list([Value])
  case range(NumberRange)
  /// A bare word or a call in a word place: `adam`, `mlp(300, 300)`, `nll(samples=5000)`.
  case word(WordCall)
  case table(Table)
  /// What a host verb made: a data set, a model, codes, a figure.
  case object(any HostObject)
}

/// `first..last by step`; both ends belong to it.
public struct NumberRange: Hashable, Sendable, Codable {
  /// The first number.
  public let first: Double
  /// The last number, reached only if a whole number of steps leads there.
  public let last: Double
  /// The distance between neighbours; not zero.
  public let step: Double

  /// Both ends belong. Precondition: `step` is not zero.
  public init(first: Double, last: Double, step: Double = 1) {
    precondition(step != 0, "a range needs a step")
    self.first = first
    self.last = last
    self.step = step
  }
}

/// A word with arguments, as a word place yields it; a bare word has none.
public struct WordCall: Sendable {
  /// The word: `mlp`.
  public let name: String
  /// Positional arguments, checked against the word's parameters.
  public let positional: [Value]
  /// Named arguments, checked against the word's parameters.
  public let named: [String: Value]
  /// Where it was written, for errors found later.
  public let span: Span?

  /// Without arguments it is the bare word.
  public init(
    _ name: String, positional: [Value] = [], named: [String: Value] = [:], span: Span? = nil
  ) {
    self.name = name
    self.positional = positional
    self.named = named
    self.span = span
  }
}

/// Something a host verb made that the language can hold, show and take fields of.
public protocol HostObject: Sendable {
  /// The name of its type, as in help and errors: `data set`, `model`, `codes`, `figure`.
  var typeName: String { get }
  /// The names that may follow its dot, for completion and suggestions.
  var fieldNames: [String] { get }
  /// The value of a field, nil when there is none of that name.
  func field(_ name: String) -> Value?
  /// What `show` and a bare expression print: lines of at most `width` columns where that is
  /// possible.
  func summary(width: Int) -> [String]
  /// What `--json` and run.json hold for it; numbers unrounded.
  var json: JSON { get }
  /// The names that a column place (`color=label`) and `where=( )` take when this is the first
  /// thing given; nil: not known, any name is taken.
  var columnNames: [String]? { get }
  /// What the checker may know of it, in the form its verb's `infer` gives.
  var facts: [String: Value] { get }
  /// What it puts into a sweep's row when it is the block's last value: metrics, one a column.
  var rowValues: [(column: Table.Column, value: Value)]? { get }
  /// Why the number of a field can't be relied on; nil where nothing speaks against it.
  func caveat(of field: String) -> String?
}

extension HostObject {
  /// Not known.
  public var columnNames: [String]? { nil }
  /// Nothing.
  public var facts: [String: Value] { [:] }
  /// Nil: the fields that are plain values become the columns.
  public var rowValues: [(column: Table.Column, value: Value)]? { nil }
  /// The one that stands beside the number in a table.
  public func caveat(of field: String) -> String? {
    let name = Table.caveatName(of: field)
    guard case .string(let text)? = rowValues?.first(where: { $0.column.name == name })?.value
    else { return nil }
    return text
  }
}

/// A JSON value with object keys in a fixed order.
public indirect enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([(key: String, value: JSON)])

  /// Structural equality; key order counts.
  public static func == (a: JSON, b: JSON) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.number(let a), .number(let b)): a == b
    case (.string(let a), .string(let b)): a == b
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)):
      a.count == b.count && zip(a, b).allSatisfy { $0.key == $1.key && $0.value == $1.value }
    default: false
    }
  }
}

/// Rows with named columns: metrics, histories, sweeps.
public struct Table: Sendable {
  /// A column: its name and what its figures mean.
  public struct Column: Hashable, Sendable, Codable {
    /// The name by which scripts address it: `knn5`.
    public let name: String
    /// The heading that tables and axes print, with its unit: `MI (nats)`; nil: the name.
    public let title: String?
    /// printf format for numbers when shown rounded; nil: four significant digits.
    public let format: String?
    /// The name of the column that says how far these numbers spread. Where tables are shown, both stand in one cell,
    /// `1.68 ± 0.22`; in files each is a column of numbers.
    public let spread: String?
    /// What tables show where a row has nothing in this column: `–` for a measure that it can't have. Nil: nothing. Files
    /// have an empty cell either way.
    public let absent: String?

    /// `title` and `format` may be left out: the name heads it, four significant digits show.
    public init(
      _ name: String, title: String? = nil, format: String? = nil, spread: String? = nil,
      absent: String? = nil
    ) {
      self.spread = spread
      self.absent = absent
      self.name = name
      self.title = title
      self.format = format
    }
  }

  /// What the table shows, printed above it; may be empty.
  public var title: String
  /// The columns, left to right.
  public var columns: [Column]
  /// The rows; each has one value per column (`.none` where there is nothing).
  public var rows: [[Value]]
  /// Lines printed below: what an error bar is, a warning.
  public var notes: [String]
  /// The cells that are highlighted: the best of a column.
  public var bold: Set<Place> = []
  /// Marks behind the text of cells, which the notes explain: `†`.
  var marks: [Place: String] = [:]

  /// A cell's place, counted from 0.
  public struct Place: Hashable, Sendable, Codable {
    /// The row.
    public let row: Int
    /// The column.
    public let column: Int

    /// Both count from 0.
    public init(row: Int, column: Int) {
      self.row = row
      self.column = column
    }
  }

  /// Precondition: every row has one value per column.
  public init(title: String = "", columns: [Column], rows: [[Value]], notes: [String] = []) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "a row of another width")
    self.title = title
    self.columns = columns
    self.rows = rows
    self.notes = notes
  }
}
