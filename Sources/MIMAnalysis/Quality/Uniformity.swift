import Foundation
import MIMCPU
import MIMTensor

/// How evenly points cover the sphere (Wang & Isola 2020, arXiv:2005.10242, section 4.1): the points are divided by their
/// norms, and over all pairs
///
///     log mean_{i<j} exp(−t ‖u_i − u_j‖²)
///
/// 0 where all directions are one; the lower, the more even.
///
/// - Throws: `AnalysisError` for fewer than two points, or one at 0.
/// - Complexity: O(n² d).
public func uniformity<Scalar: PointScalar>(
  of points: HostArray<Scalar>, t: Double = 2, threads: Int? = nil
) throws -> Double {
  let table = try PointTable(points, quantity: "the points").onSphere()
  guard table.rows > 1 else {
    throw AnalysisError.neighborCount(requested: 1, largest: 0, points: table.rows)
  }
  let packed = PackedPoints(table)
  let chunk = 64
  var sums = [Double](repeating: 0, count: (table.rows + chunk - 1) / chunk)
  sums.withUnsafeMutableBufferPointer { sums in
    nonisolated(unsafe) let sums = sums
    inParallel(count: table.rows, chunk: chunk, threads: threads) { range in
      let width = packed.paddedCount
      withUnsafeTemporaryAllocation(of: Double.self, capacity: PackedPoints.queries * width) {
        guard let rows = $0.baseAddress else { return }
        for first in stride(from: range.lowerBound, to: range.upperBound, by: PackedPoints.queries)
        {
          let queries = min(PackedPoints.queries, range.upperBound - first)
          packed.distances(
            from: table, first: first, found: queries, norm: .euclidean,
            blockRange: 0..<packed.blocks, into: rows, stride: width)
          for place in 0..<queries {
            for other in 0..<first + place {
              sums[range.lowerBound / chunk] += exp(-t * rows[place * width + other])
            }
          }
        }
      }
    }
  }
  let pairs = Double(table.rows) * Double(table.rows - 1) / 2
  return log(sums.reduce(0, +) / pairs)
}

/// How near points that belong together lie on the sphere (Wang & Isola 2020, arXiv:2005.10242, section 4.1): the mean
/// over rows of ‖u_i − v_i‖², both divided by their norms, 0 to 4, and its standard error.
///
/// - Throws: `AnalysisError` for tables that don't fit, or points at 0.
public func alignment<Scalar: PointScalar>(
  of points: HostArray<Scalar>, with partners: HostArray<Scalar>
) throws -> (value: Double, standardError: Double) {
  let first = try PointTable(points, quantity: "the points").onSphere()
  let second = try PointTable(partners, quantity: "their partners").onSphere()
  try first.requireRows(of: second)
  try first.requireDimensions(of: second)
  let width = first.dimensions
  let squares = (0..<first.rows).map { row in
    (row * width..<(row + 1) * width).reduce(0) { sum, place in
      let gap = first.values[place] - second.values[place]
      return sum + gap * gap
    }
  }
  let moments = squares.moments
  return (moments.mean, (moments.variance / Double(squares.count)).squareRoot())
}

extension PointTable {
  /// Every row divided by its norm.
  fileprivate func onSphere() throws -> PointTable {
    var values = values
    for row in 0..<rows {
      let own = row * dimensions..<(row + 1) * dimensions
      let norm = own.reduce(0) { $0 + values[$1] * values[$1] }.squareRoot()
      guard norm > 0 else { throw AnalysisError.zeroLength(quantity: quantity, row: row) }
      for place in own { values[place] /= norm }
    }
    return PointTable(checked: values, dimensions: dimensions, quantity: quantity)
  }
}
