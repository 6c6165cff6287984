import CKernels
import MIMCPU
import MIMTensor

/// The mean of each column of points, without a copy of them.
enum ColumnMeans {
  /// Rows that are summed before the sums are added; their number decides the rounding, so that threads don't.
  private static let chunk = 128

  /// The means, `[rowSize]`; nil where a value is not finite, or too large for its square.
  static func of<Scalar: PointScalar>(_ points: HostArray<Scalar>, threads: Int?) -> [Double]? {
    let (rows, columns) = (points.rowCount, points.rowSize)
    let chunks = (rows + chunk - 1) / chunk
    var sums = [Double](repeating: 0, count: chunks * columns)
    sums.withUnsafeMutableBufferPointer { sums in
      nonisolated(unsafe) let sums = sums.baseAddress
      points.elements.withUnsafeBufferPointer { values in
        nonisolated(unsafe) let values = values
        inParallel(count: rows, chunk: chunk, threads: threads) { range in
          guard let own = sums.map({ $0 + range.lowerBound / chunk * columns }),
            let start = values.baseAddress
          else { return }
          var unusable = 0
          withUnsafeTemporaryAllocation(of: Double.self, capacity: columns) { row in
            guard let row = row.baseAddress else { return }
            for index in range {
              // A row at a time stays in the nearest cache.
              Scalar.widen(start + index * columns, count: columns, into: row)
              unusable += mim_add_row(row, columns, PointTable.largestMagnitude, own)
            }
          }
          if unusable > 0 { own[0] = .nan }
        }
      }
    }
    let totals = (0..<columns).map { column in
      (0..<chunks).reduce(0.0) { $0 + sums[$1 * columns + column] }
    }
    return totals.allSatisfy(\.isFinite) ? totals.map { $0 / Double(rows) } : nil
  }

}
