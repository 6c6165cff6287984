import Foundation

/// What the user should know of how a table was read.
struct TableNotes {
  /// Lines that lack values.
  struct LeftOut {
    /// How many.
    var lines = 0
    /// How many of them lack one in each column.
    var columns: [Int: Int] = [:]
  }

  let options: DataOptions
  let layout: TableLayout
  /// The numbers, line by line, and the names of their columns.
  let values: [Float]
  let names: [String]
  /// What is taken for a class.
  let classNames: [String]
  let leftOut: LeftOut
  let hasDecimalCommas: Bool

  /// One sentence each.
  var all: [String] {
    var notes: [String] = []
    if hasDecimalCommas, options.decimal == nil {
      notes.append("its numbers have decimal commas (1,5); with decimal=point they would be errors")
    }
    if leftOut.lines > 0 { notes.append(leftOutNote) }
    if options.missing == nil, let name = classNames.first(where: MissingText.isOne) {
      notes.append("\(name) is taken for a class; to leave out its lines, write missing=drop")
    }
    if let note = numbersNote { notes.append(note) }
    if options.columns == nil, let place = layout.names?.firstIndex(of: ""),
      layout.featureColumns.contains(place)
    {
      notes.append(
        "column \(place + 1) has no name, as an index of lines that was saved with the table; to leave it out, write drop=\(place + 1)"
      )
    }
    if let name = roundedColumn {
      notes.append(
        "\(name) has whole numbers above 16,777,216, which are rounded to 24 binary digits; subtract something beforehand, or leave it out"
      )
    }
    if options.columns == nil, let name = countingColumn {
      notes.append(
        "the column \(name) counts the rows; if it is no measurement, write id=\"\(name)\", or leave it out: drop=\"\(name)\""
      )
    }
    if options.scaling == nil, let note = sizeNote { notes.append(note) }
    return notes
  }

  /// Said where the classes are numbers with decimals, or many: a quantity to predict, rather than a class.
  private var numbersNote: String? {
    let numbers = classNames.compactMap(Double.init)
    guard classNames.count > 20, numbers.count == classNames.count,
      numbers.contains(where: { $0 != $0.rounded() }), let name = layout.labelName
    else { return nil }
    return
      "\(name) is taken for classes, and has \(numbers.count) different numbers; if it is a quantity, leave it among the columns and predict it: probe d.all d.all.NAME"
  }

  private var leftOutNote: String {
    let columns = leftOut.columns.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\(layout.names?[$0.key] ?? "column \($0.key + 1)") (\($0.value))" }
    let named = columns.prefix(4).joined(separator: ", ") + (columns.count > 4 ? ", …" : "")
    let total = leftOut.lines + values.count / max(1, names.count)
    return "\(leftOut.lines) of \(total) lines were left out, as they lack values: \(named)"
  }

  /// Whether there are enough lines to say something of columns, which have names.
  private var isLongAndNamed: Bool {
    layout.hasHeader && names.count > 1 && values.count >= 20 * names.count
  }

  /// The first column that is one more in every line, as numbers of patients or lines are.
  private var countingColumn: String? {
    guard isLongAndNamed else { return nil }
    let width = names.count
    return names.indices.first { column in
      stride(from: column + width, to: values.count, by: width).allSatisfy {
        values[$0] == values[$0 - width] + 1
      }
    }.map { names[$0] }
  }

  /// The first column with whole numbers that 32 bits don't hold, among lines that are evenly spread.
  private var roundedColumn: String? {
    let width = names.count
    guard width > 0 else { return nil }
    let lines = values.count / width
    let step = max(1, lines / Self.linesOfSpreads)
    return names.indices.first { column in
      stride(from: 0, to: lines, by: step).contains { row in
        let value = abs(values[row * width + column])
        return value > 16_777_216 && value < 1e15
      }
    }.map { names[$0] }
  }

  /// Said where one column varies so much more than most that a model sees little but that one.
  private var sizeNote: String? {
    guard isLongAndNamed else { return nil }
    let spreads = zip(names, columnSpreads).filter { $0.1 > 0 }.sorted { $0.1 < $1.1 }
    guard spreads.count > 1, let largest = spreads.last else { return nil }
    let middle = spreads[(spreads.count - 1) / 2]
    guard largest.1 > 30 * middle.1 else { return nil }
    func text(_ spread: Double) -> String { String(format: "%.3g", spread) }
    return
      "\(largest.0) varies by \(text(largest.1)) (sd), half of the columns by \(text(middle.1)) or less, "
      + "and a model learns the largest first; to scale each, write scale=standard"
  }

  /// More lines cost time and say nothing new.
  private static let linesOfSpreads = 10_000

  /// The standard deviation of each column, over lines that are evenly spread.
  private var columnSpreads: [Double] {
    let width = names.count
    let lines = values.count / width
    let step = max(1, lines / Self.linesOfSpreads)
    let count = Double((lines + step - 1) / step)
    return (0..<width).map { column in
      var (sum, squares) = (0.0, 0.0)
      for row in stride(from: 0, to: lines, by: step) {
        // Beside the first line's value, so that large means cost no digits.
        let difference = Double(values[row * width + column]) - Double(values[column])
        sum += difference
        squares += difference * difference
      }
      return max(0, squares / count - (sum / count) * (sum / count)).squareRoot()
    }
  }
}
