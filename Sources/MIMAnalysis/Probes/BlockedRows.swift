import CKernels
import MIMCPU

/// Rows laid out for products with a few columns of weights: blocks of 16 rows, each column by column, with a
/// last column of ones for the intercepts. Columns are centred and scaled on the way.
struct BlockedRows: Sendable {
  static let lanes = Int(MIM_LINEAR_LANES)
  static let tile = Int(MIM_LINEAR_TILE)
  /// Blocks that are worked on while they lie in the second-level cache.
  private static let blocksAtOnce = 16
  /// Such groups that one thread takes, so that results don't depend on the number of threads.
  private static let groupsAtOnce = 4

  let count: Int
  /// With the column of ones.
  let columns: Int
  let blocks: Int
  private let packed: [Double]

  init(_ table: PointTable, scaling: ColumnScaling) {
    let lanes = Self.lanes
    count = table.rows
    let width = table.dimensions
    columns = width + 1
    blocks = (table.rows + lanes - 1) / lanes
    var packed = [Double](repeating: 0, count: blocks * (width + 1) * lanes)
    for row in 0..<table.rows {
      let place = row / lanes * (width + 1) * lanes + row % lanes
      for column in 0..<width {
        packed[place + column * lanes] =
          (table.values[row * width + column] - scaling.means[column]) * scaling.factors[column]
      }
      packed[place + width * lanes] = 1
    }
    self.packed = packed
  }

  /// Tiles that so many outputs need.
  static func tiles(of outputs: Int) -> Int { (outputs + tile - 1) / tile }

  /// Calls `body` with groups of blocks, several at a time: the first block, the number of blocks, their scores,
  /// and what is summed into the gradient of that group, if there is one.
  ///
  /// - Parameter body: gets the scores of the group, laid out as `mim_linear_scores` does, and turns them into
  ///   residuals in place; what it gives is summed in order.
  /// - Returns: the sum, and the gradient, laid out as the weights.
  func accumulate(
    weights: [Double], tiles: Int, threads: Int?, wantsGradient: Bool = true,
    _ body:
      @Sendable (
        _ firstBlock: Int, _ blocks: Int, _ scores: UnsafeMutableBufferPointer<Double>
      ) -> Double
  ) -> (sum: Double, gradient: [Double]) {
    let (step, outputs) = (Self.blocksAtOnce, tiles * Self.tile)
    let unit = step * Self.groupsAtOnce
    let units = (blocks + unit - 1) / unit
    let size = wantsGradient ? outputs * columns : 0
    var gradients = [Double](repeating: 0, count: units * size)
    var sums = [Double](repeating: 0, count: units)
    gradients.withUnsafeMutableBufferPointer { gradients in
      sums.withUnsafeMutableBufferPointer { sums in
        packed.withUnsafeBufferPointer { packed in
          weights.withUnsafeBufferPointer { weights in
            nonisolated(unsafe) let (gradients, sums) = (gradients, sums)
            nonisolated(unsafe) let (packed, weights) = (packed, weights)
            inParallel(count: blocks, chunk: unit, threads: threads) { range in
              withUnsafeTemporaryAllocation(
                of: Double.self, capacity: step * outputs * Self.lanes
              ) { scores in
                let own = range.lowerBound / unit
                for first in Swift.stride(from: range.lowerBound, to: range.upperBound, by: step) {
                  let found = min(step, range.upperBound - first)
                  guard let rows = packed.baseAddress.map({ $0 + first * columns * Self.lanes })
                  else { return }
                  mim_linear_scores(
                    rows, columns, found, weights.baseAddress, tiles, scores.baseAddress)
                  sums[own] += body(
                    first, found,
                    UnsafeMutableBufferPointer(rebasing: scores[..<(found * outputs * Self.lanes)]))
                  guard wantsGradient else { continue }
                  mim_linear_gradient(
                    rows, columns, found, scores.baseAddress, tiles,
                    gradients.baseAddress.map { $0 + own * size })
                }
              }
            }
          }
        }
      }
    }
    var gradient = [Double](repeating: 0, count: size)
    for unit in 0..<units {
      for place in 0..<size { gradient[place] += gradients[unit * size + place] }
    }
    return (sums.reduce(0, +), gradient)
  }
}

/// What columns are centred and scaled by.
struct ColumnScaling: Sendable {
  let means: [Double]
  let factors: [Double]

  /// The columns' means, and one over their standard deviations (by n) if asked; a constant column is only centred.
  init(_ table: PointTable, standardises: Bool) {
    let (width, rows) = (table.dimensions, Double(max(1, table.rows)))
    let means = table.columnMeans
    var squares = [Double](repeating: 0, count: width)
    for row in 0..<table.rows {
      for column in 0..<width {
        let gap = table.values[row * width + column] - means[column]
        squares[column] += gap * gap
      }
    }
    self.means = means
    factors = (0..<width).map { column in
      let deviation = (squares[column] / rows).squareRoot()
      // Rounding of a constant column is no deviation.
      guard standardises, deviation > 1e-12 * abs(means[column]), deviation > 0 else { return 1 }
      return 1 / deviation
    }
  }

  /// The table with its columns centred and scaled.
  func applied(to table: PointTable) -> PointTable {
    let width = table.dimensions
    var values = table.values
    for place in values.indices {
      values[place] = (values[place] - means[place % width]) * factors[place % width]
    }
    return PointTable(checked: values, dimensions: width, quantity: table.quantity)
  }
}
