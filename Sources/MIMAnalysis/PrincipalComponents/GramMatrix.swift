import CKernels
import MIMCPU
import MIMTensor

/// XᵀX of centred points, both triangles, summed in `Double` block by block, so that no second
/// copy of the points is needed.
struct GramMatrix {
  private static let lanes = Int(MIM_GRAM_LANES)
  /// Rows of one block: two panels of it fit the first-level cache.
  private static let blockRows = 128
  /// Blocks that are packed before the threads share out the panels.
  private static let blocksAtOnce = 16

  /// The number of columns.
  let size: Int
  /// Row-major, `[size, size]`.
  let entries: [Double]

  init<Scalar: PointScalar>(of points: HostArray<Scalar>, minus mean: [Double], threads: Int?) {
    let size = mean.count
    let panels = (size + Self.lanes - 1) / Self.lanes
    let stride = panels * Self.lanes
    var gram = [Double](repeating: 0, count: stride * stride)
    let step = Self.blockRows * Self.blocksAtOnce
    for first in Swift.stride(from: 0, to: points.rowCount, by: step) {
      let rows = first..<min(points.rowCount, first + step)
      let packed = Self.packed(points, rows: rows, mean: mean, panels: panels)
      gram.withUnsafeMutableBufferPointer { gram in
        nonisolated(unsafe) let gram = gram
        inParallel(count: panels, chunk: 1, threads: threads) { range in
          for block in packed {
            for panel in range {
              mim_accumulate_gram(block, Self.blockRows, panel, gram.baseAddress, stride)
            }
          }
        }
      }
    }
    self.size = size
    entries = (0..<size).flatMap { row in
      (0..<size).map { column in gram[max(row, column) * stride + min(row, column)] }
    }
  }

  /// The blocks of `rows` in panels of columns; rows and columns past the end are zero.
  private static func packed<Scalar: PointScalar>(
    _ points: HostArray<Scalar>, rows: Range<Int>, mean: [Double], panels: Int
  ) -> [[Double]] {
    let columns = mean.count
    return stride(from: rows.lowerBound, to: rows.upperBound, by: blockRows).map { first in
      let found = first..<min(rows.upperBound, first + blockRows)
      let values = Scalar.widened(
        points.elements[found.lowerBound * columns..<found.upperBound * columns])
      var block = [Double](repeating: 0, count: panels * blockRows * lanes)
      for row in 0..<found.count {
        for column in 0..<columns {
          block[(column / lanes * blockRows + row) * lanes + column % lanes] =
            values[row * columns + column] - mean[column]
        }
      }
      return block
    }
  }
}
