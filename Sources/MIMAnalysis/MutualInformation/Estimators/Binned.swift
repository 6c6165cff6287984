import Foundation

extension InformationEstimator {
  /// I = H(x) + H(y) − H(x, y) from counts in cells, with Miller's correction of each entropy (Miller
  /// 1955; Madow 1948), in nats:
  ///
  ///     I = Σ p log( p_xy / p_x p_y ) + (K_x + K_y − K_xy − 1) / 2N
  ///
  /// K are the numbers of cells that occur. Each column of a variable with coordinates has `bins` cells of
  /// equally many rows (equal values stay together); classes are cells already.
  static let binned = InformationEstimator(
    name: "binned", summary: "counts in cells, with the Miller–Madow correction; exact classes",
    settings: [.bins], kind: .anything
  ) { sample, values in
    let bins = sample.bins(values)
    let (x, y) = (sample.x.cells(bins), sample.y.cells(bins))
    let joint = CellCounts(zip(x, y).map { [$0, $1] })
    let (first, second) = (CellCounts(x), CellCounts(y))
    let cells = first.occurrences.count + second.occurrences.count - joint.occurrences.count - 1
    let correction = Double(cells) / Double(2 * sample.count)
    var terms = InformationTerms(
      value: first.entropy + second.entropy - joint.entropy + correction,
      ceiling: min(first.entropy, second.entropy),
      method: sample.cellText(bins))
    if let warning = sample.cellWarning(joint.occurrences.count) { terms.warnings.append(warning) }
    return terms
  }
}

extension InformationEstimator.Setting {
  static let bins = InformationEstimator.Setting(
    "bins", usual: 0, in: 0...10_000, "cells of each column; 0: by the number of rows")
}

extension InformationSample {
  /// The cells of each column. Where m variables are cut into b each, b^m cells should hold a few rows.
  func bins(_ values: EstimatorValues) -> Int {
    let given = values.integer("bins", 0)
    return given > 0 ? given : max(2, Int(pow(Double(count), 1 / Double(variables.count + 1))))
  }

  /// What to say where cells hold too few rows to be counted; nil where they don't.
  func cellWarning(_ cells: Int) -> String? {
    guard cells * 5 > count else { return nil }
    return
      "\(cells) cells for \(count) rows: fewer than 5 rows a cell make counts far too large; use "
      + "fewer bins or columns"
  }

  func cellText(_ bins: Int) -> String {
    variables.allSatisfy { $0.classes != nil }
      ? "counts, Miller–Madow" : "\(bins) cells of equally many rows for each column, Miller–Madow"
  }
}

extension InformationVariable {
  /// Each row's cell, counted from 0.
  func cells(_ bins: Int) -> [Int] {
    if let classes { return classes.map { Int($0) } }
    let columns = (0..<dimensions).map { Self.cells(of: column($0), bins) }
    guard columns.count > 1 else { return columns.first ?? [] }
    var numbers: [[Int]: Int] = [:]
    return (0..<count).map { row in
      let cell = columns.map { $0[row] }
      if let number = numbers[cell] { return number }
      numbers[cell] = numbers.count
      return numbers.count - 1
    }
  }

  /// Cells with equally many values, as far as ties allow: that of a value is decided by the first of
  /// its equals in sorted order.
  private static func cells(of values: [Double], _ bins: Int) -> [Int] {
    let order = values.indices.sorted {
      values[$0] < values[$1] || (values[$0] == values[$1] && $0 < $1)
    }
    var cells = [Int](repeating: 0, count: values.count)
    var firstRank = 0
    for (rank, row) in order.enumerated() {
      if rank == 0 || values[row] != values[order[rank - 1]] { firstRank = rank }
      cells[row] = firstRank * bins / values.count
    }
    return cells
  }
}
