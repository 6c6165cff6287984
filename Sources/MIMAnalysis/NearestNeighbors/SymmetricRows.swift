/// A symmetric table of pairs of points, made of one number per point and neighbour; sparse rows: entries
/// `offsets[i]..<offsets[i + 1]` of `columns` and `values` are row i, by ascending column.
struct SymmetricRows: Sendable {
  private(set) var offsets: [Int] = [0]
  private(set) var columns: [Int32] = []
  private(set) var values: [Double] = []

  /// The entry of i and j is `combine` of i's number for its neighbour j and j's for i; 0 where one isn't a neighbour.
  ///
  /// - Parameters:
  ///   - numbers: row i has those at `i·k..<(i + 1)·k`.
  ///   - columns: the neighbours at the same places, each at most once in a row.
  ///   - combine: symmetric.
  init(_ numbers: [Double], columns: [Int32], count: Int, combine: (Double, Double) -> Double) {
    let width = numbers.count / count
    let transposed = TransposedRows(columns: columns, count: count)
    self.columns.reserveCapacity(2 * numbers.count)
    values.reserveCapacity(2 * numbers.count)
    for row in 0..<count {
      let own = (row * width..<(row + 1) * width).map { (columns[$0], numbers[$0]) }
        .sorted { $0.0 < $1.0 }
      // Places ascend, and so do the rows they are in.
      let others = transposed.entries(of: row).map { (Int32($0 / width), numbers[$0]) }
      var (left, right) = (0, 0)
      while left < own.count || right < others.count {
        let first = left < own.count ? own[left].0 : .max
        let second = right < others.count ? others[right].0 : .max
        let column = min(first, second)
        self.columns.append(column)
        values.append(
          combine(first == column ? own[left].1 : 0, second == column ? others[right].1 : 0))
        if first == column { left += 1 }
        if second == column { right += 1 }
      }
      offsets.append(values.count)
    }
  }
}

/// For each column of a table of columns, the places that hold it.
private struct TransposedRows {
  private let starts: [Int]
  private let places: [Int]

  init(columns: [Int32], count: Int) {
    var starts = [Int](repeating: 0, count: count + 1)
    for column in columns { starts[Int(column) + 1] += 1 }
    for index in 0..<count { starts[index + 1] += starts[index] }
    var next = starts
    var places = [Int](repeating: 0, count: columns.count)
    for (place, column) in columns.enumerated() {
      places[next[Int(column)]] = place
      next[Int(column)] += 1
    }
    self.starts = starts
    self.places = places
  }

  func entries(of column: Int) -> ArraySlice<Int> { places[starts[column]..<starts[column + 1]] }
}
