import MIMTensor

/// The joint probabilities P of pairs of points, symmetric, zero on the diagonal, summing to 1;
/// sparse rows: entries `offsets[i]..<offsets[i + 1]` of `columns` and `values` are row i, by
/// ascending column.
public struct Affinities: Sendable, Equatable {
  /// The number of points.
  public let count: Int
  /// Where each row starts; count + 1 entries.
  public let offsets: [Int]
  /// The other point of each entry.
  public let columns: [Int32]
  /// The probabilities.
  public let values: [Double]

  /// Affinities between nearest neighbours (van der Maaten 2014): each row of
  /// `neighbors` is calibrated to `perplexity`, then P = (C + Cᵀ)/2n.
  ///
  /// - Parameters:
  ///   - neighbors: Euclidean neighbours of each point among the same points, without itself.
  ///   - perplexity: from 1 to a third of n − 1 (or what the neighbours allow).
  /// - Throws: `AnalysisError.outOfRange`, `.perplexityTooLarge`.
  /// - Complexity: O(n·k) for k neighbours.
  public init(_ neighbors: Neighbors, perplexity: Double, threads: Int? = nil) throws {
    let count = neighbors.indices.rowCount
    try Self.check(perplexity: perplexity, points: count)
    let calibrated = Self.conditionals(neighbors, perplexity: perplexity, threads: threads)
    self.init(symmetrising: calibrated, columns: neighbors.indices.elements, count: count)
  }

  /// p(j|i) of each query's neighbours at a perplexity, `[queries, k]`.
  static func conditionals(
    _ neighbors: Neighbors, perplexity: Double, threads: Int?
  ) -> [Double] {
    Calibration(perplexity: perplexity, width: neighbors.count)
      .conditionals(count: neighbors.indices.rowCount, threads: threads) { row, squares in
        let distances = neighbors.distances.elements
        for place in 0..<neighbors.count {
          let distance = distances[row * neighbors.count + place]
          squares[place] = distance * distance
        }
      }
  }

  init(count: Int, offsets: [Int], columns: [Int32], values: [Double]) {
    self.count = count
    self.offsets = offsets
    self.columns = columns
    self.values = values
  }

  /// Affinities between all pairs of points (van der Maaten & Hinton 2008, equations 1 and 2).
  ///
  /// - Parameters:
  ///   - points: `[n, d]`, finite.
  ///   - perplexity: from 1 to a third of n − 1.
  /// - Throws: `AnalysisError` for input that is not a finite table, a perplexity out of range,
  ///   or more than 5,000 points.
  /// - Complexity: O(n²·d); memory O(n²).
  public init<Scalar: PointScalar>(
    allPairsOf points: HostArray<Scalar>, perplexity: Double, threads: Int? = nil
  ) throws {
    let table = try PointTable(points, quantity: "points")
    try Self.check(perplexity: perplexity, points: table.rows)
    guard table.rows <= Self.largestDense else {
      throw AnalysisError.tooLarge(
        quantity: "the table of all pairs", elements: "\(table.rows) x \(table.rows)")
    }
    let neighbors = try nearestNeighbors(
      of: table, in: table, count: table.rows - 1, norm: .euclidean, excludesSelf: true,
      threads: threads)
    try self.init(neighbors, perplexity: perplexity, threads: threads)
  }

  /// All pairs of more points would take gigabytes.
  private static let largestDense = 5_000

  /// Requires 1 ≤ perplexity and more than 3·perplexity points.
  static func check(perplexity: Double, points: Int) throws {
    guard perplexity >= 1, perplexity.isFinite else {
      throw AnalysisError.outOfRange(
        option: "perplexity", value: perplexity, allowed: "a number of at least 1")
    }
    guard Double(points) > 3 * perplexity else {
      throw AnalysisError.perplexityTooLarge(
        perplexity: perplexity, points: points, largest: Double((points - 1) / 3))
    }
  }

  /// P = (C + Cᵀ)/ΣC from conditional probabilities C, whose row i has the entries
  /// `conditionals[i·k..<(i + 1)·k]` at `columns` of the same places.
  private init(symmetrising conditionals: [Double], columns: [Int32], count: Int) {
    let width = conditionals.count / count
    let transposed = TransposedRows(columns: columns, count: count, width: width)
    let total = 2 * conditionals.reduce(0, +)
    var offsets = [0]
    var merged: [Int32] = []
    var values: [Double] = []
    merged.reserveCapacity(2 * conditionals.count)
    values.reserveCapacity(2 * conditionals.count)
    for row in 0..<count {
      let own = (row * width..<(row + 1) * width).map { (columns[$0], conditionals[$0]) }
      let others = transposed.entries(of: row).map { (Int32($0 / width), conditionals[$0]) }
      for (column, value) in (own + others).sorted(by: { $0.0 < $1.0 }) {
        if merged.count > offsets[row], merged[merged.count - 1] == column {
          values[values.count - 1] += value / total
        } else {
          merged.append(column)
          values.append(value / total)
        }
      }
      offsets.append(merged.count)
    }
    self.count = count
    self.offsets = offsets
    self.columns = merged
    self.values = values
  }
}

extension Affinities {
  /// P as a full row-major table, `[count, count]`.
  package var dense: [Double] {
    var table = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      for entry in offsets[row]..<offsets[row + 1] {
        table[row * count + Int(columns[entry])] = values[entry]
      }
    }
    return table
  }

  /// The entries of a full symmetric table that are not zero.
  package init(dense table: [Double], count: Int) {
    var (offsets, columns, values) = ([0], [Int32](), [Double]())
    for row in 0..<count {
      for column in 0..<count where table[row * count + column] != 0 {
        columns.append(Int32(column))
        values.append(table[row * count + column])
      }
      offsets.append(columns.count)
    }
    self.count = count
    self.offsets = offsets
    self.columns = columns
    self.values = values
  }
}

/// For each column of a table of columns, the places that hold it.
private struct TransposedRows {
  private let starts: [Int]
  private let places: [Int]

  init(columns: [Int32], count: Int, width: Int) {
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
