import MIMAnalysis
import MIMScript

/// Rows of a table put together where they agree in some columns, with the statistics of a
/// column of numbers: what error bars and `mean ± sd` tables are made of.
struct GroupedRows {
  /// Rows that agree.
  struct Group {
    /// The values on which they agree, one for each grouping column.
    let key: [Value]
    /// The rows' places in the table.
    var rows: [Int]
  }

  /// Mean and spread of a group's numbers.
  struct Statistics {
    let mean: Double
    /// The standard deviation (n − 1); NaN for a single number.
    let deviation: Double
    let count: Int
    /// The standard error of the mean.
    var standardError: Double { deviation / Double(count).squareRoot() }

    /// Half the length of an error bar: `sd`, `se`, or `ci`, the 95 % confidence interval of the
    /// mean by Student's t.
    func halfWidth(of bar: String) -> Double {
      switch bar {
      case "se": standardError
      case "ci": count > 1 ? standardError * studentQuantile(degrees: count - 1) : .nan
      default: deviation
      }
    }
  }

  let table: Table
  /// The groups in the order of their first rows.
  private(set) var groups: [Group] = []

  /// Groups a table's rows by columns (their places).
  init(_ table: Table, by columns: [Int]) {
    self.table = table
    var places: [String: Int] = [:]
    for (index, row) in table.rows.enumerated() {
      let key = columns.map { row[$0] }
      let text = key.map { $0.json.text() }.joined(separator: "\u{1F}")
      if let place = places[text] {
        groups[place].rows.append(index)
      } else {
        places[text] = groups.count
        groups.append(Group(key: key, rows: [index]))
      }
    }
  }

  /// The statistics of a column over a group; nil when it has no finite number there.
  func statistics(of column: Int, in group: Group) -> Statistics? {
    let numbers = group.rows.compactMap { table.rows[$0][column].asNumber }.filter(\.isFinite)
    guard !numbers.isEmpty else { return nil }
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation =
      numbers.count > 1 ? (squares / Double(numbers.count - 1)).squareRoot() : Double.nan
    return Statistics(mean: mean, deviation: deviation, count: numbers.count)
  }

  /// What an error bar is, in words.
  static func barText(_ bar: String) -> String {
    ["se": "s.e.", "ci": "95 % CI"][bar] ?? "sd"
  }

  /// `10`, or `8 to 10` where the groups differ.
  static func text(ofCounts counts: [Int]) -> String {
    guard let least = counts.min(), let most = counts.max() else { return "0" }
    return least == most ? "\(most)" : "\(least) to \(most)"
  }
}
