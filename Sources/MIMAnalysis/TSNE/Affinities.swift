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
    try self.init(neighbors, perplexities: [perplexity], threads: threads)
  }

  /// The same from several perplexities: C is the mean of the conditional probabilities for each (Kobak & Berens 2019,
  /// s41467-019-13056-x; openTSNE's `Multiscale`).
  ///
  /// - Throws: as for one, and where there is none.
  public init(_ neighbors: Neighbors, perplexities: [Double], threads: Int? = nil) throws {
    let count = neighbors.indices.rowCount
    try Self.check(perplexities: perplexities, points: count)
    var sums = Self.conditionals(neighbors, perplexity: perplexities[0], threads: threads)
    for perplexity in perplexities.dropFirst() {
      let more = Self.conditionals(neighbors, perplexity: perplexity, threads: threads)
      for place in sums.indices { sums[place] += more[place] }
    }
    self.init(symmetrising: sums, columns: neighbors.indices.elements, count: count)
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
    try self.init(allPairsOf: points, perplexities: [perplexity], threads: threads)
  }

  /// The same from several perplexities, whose conditional probabilities are averaged.
  ///
  /// - Throws: as for one, and where there is none.
  public init<Scalar: PointScalar>(
    allPairsOf points: HostArray<Scalar>, perplexities: [Double], threads: Int? = nil
  ) throws {
    let table = try PointTable(points, quantity: "points")
    try Self.check(perplexities: perplexities, points: table.rows)
    guard table.rows <= Self.largestDense else {
      throw AnalysisError.tooLarge(
        quantity: "the table of all pairs", elements: "\(table.rows) x \(table.rows)")
    }
    let neighbors = try nearestNeighbors(
      of: table, in: table, count: table.rows - 1, norm: .euclidean, excludesSelf: true,
      threads: threads)
    try self.init(neighbors, perplexities: perplexities, threads: threads)
  }

  /// All pairs of more points would take gigabytes.
  private static let largestDense = 5_000

  /// Requires at least one perplexity, and each to fit the points.
  static func check(perplexities: [Double], points: Int) throws {
    guard !perplexities.isEmpty else {
      throw AnalysisError.outOfRange(
        option: "the number of perplexities", value: 0, allowed: "at least 1")
    }
    for perplexity in perplexities { try check(perplexity: perplexity, points: points) }
  }

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
    let total = 2 * conditionals.reduce(0, +)
    let rows = SymmetricRows(conditionals, columns: columns, count: count) {
      $0 / total + $1 / total
    }
    self.init(count: count, offsets: rows.offsets, columns: rows.columns, values: rows.values)
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
