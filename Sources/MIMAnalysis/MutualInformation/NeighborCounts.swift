import CKernels
import MIMCPU
import MIMTensor

/// The maximum-norm distance from every row to its k-th nearest other row.
/// - Throws: `AnalysisError.neighborCount` for a k that the rows can't supply.
func neighborDistances(of table: PointTable, k: Int, threads: Int?) throws -> [Double] {
  let found = try nearestNeighbors(
    of: table, in: table, count: k, norm: .maximum, excludesSelf: true, threads: threads)
  return (0..<table.rows).map { found.distances.elements[$0 * k + k - 1] }
}

/// How many points lie near each point in maximum norm, the point itself counted: by a tree in few
/// dimensions, in a sorted column, else by comparing all pairs.
struct NeighborCounts: Sendable {
  private let table: PointTable
  private let few: MarginalCounts?
  private let packed: PackedPoints?

  /// Up to so many dimensions a tree passes over most of the points.
  private static let treeDimensions = 8

  init(_ table: PointTable) {
    self.table = table
    let isFew = table.dimensions <= Self.treeDimensions
    few = isFew ? MarginalCounts(table) : nil
    packed = isFew ? nil : PackedPoints(table)
  }

  /// The points around row i that `radii[i]` admits.
  func counts(within radii: [CountingRadius], threads: Int?) -> [Int] {
    var found = [Int](repeating: 1, count: table.rows)
    found.withUnsafeMutableBufferPointer { found in
      nonisolated(unsafe) let found = found
      inParallel(count: table.rows, chunk: 256, threads: threads) { rows in
        if let few {
          let counts = few.counts(near: Array(rows), of: table, within: Array(radii[rows]))
          for (row, count) in zip(rows, counts) { found[row] = max(1, Int(count)) }
        } else if let packed {
          fill(found, rows, radii, packed)
        }
      }
    }
    return found
  }

  private func fill(
    _ found: UnsafeMutableBufferPointer<Int>, _ rows: Range<Int>, _ radii: [CountingRadius],
    _ packed: PackedPoints
  ) {
    let stride = packed.paddedCount
    withUnsafeTemporaryAllocation(of: Double.self, capacity: PackedPoints.queries * stride) {
      guard let distances = $0.baseAddress else { return }
      for first in Swift.stride(
        from: rows.lowerBound, to: rows.upperBound, by: PackedPoints.queries)
      {
        let queries = min(PackedPoints.queries, rows.upperBound - first)
        packed.distances(
          from: table, first: first, found: queries, norm: .maximum, blockRange: 0..<packed.blocks,
          into: distances, stride: stride)
        for place in 0..<queries {
          let own = distances + place * stride
          let radius = radii[first + place]
          let count =
            radius.isStrict
            ? mim_count_below(own, table.rows, radius.value)
            : mim_count_at_most(own, table.rows, radius.value)
          found[first + place] = max(1, Int(count))
        }
      }
    }
  }
}

extension CountingRadius {
  /// Only what is nearer than `value`.
  init(below value: Double) {
    self.value = value
    isStrict = true
  }
}

extension PointTable {
  /// The columns of several tables of equally many rows side by side.
  static func joined(_ tables: [PointTable], quantity: String) -> PointTable {
    guard let first = tables.first else {
      return PointTable(checked: [], dimensions: 1, quantity: quantity)
    }
    guard tables.count > 1 else { return first }
    let values = (0..<first.rows).flatMap { row in
      tables.flatMap { $0.values[row * $0.dimensions..<(row + 1) * $0.dimensions] }
    }
    return PointTable(
      checked: values, dimensions: tables.reduce(0) { $0 + $1.dimensions }, quantity: quantity)
  }
}
