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
      inParallel(count: rows, chunk: chunk, threads: threads) { range in
        guard let own = sums.map({ $0 + range.lowerBound / chunk * columns }) else { return }
        let found = points.elements[range.lowerBound * columns..<range.upperBound * columns]
        let isUsable = Scalar.widened(found).withUnsafeBufferPointer { values in
          add(values, to: own, columns: columns)
        }
        if !isUsable { own[0] = .nan }
      }
    }
    let totals = (0..<columns).map { column in
      (0..<chunks).reduce(0.0) { $0 + sums[$1 * columns + column] }
    }
    return totals.allSatisfy(\.isFinite) ? totals.map { $0 / Double(rows) } : nil
  }

  /// Adds rows to sums; whether every value is usable.
  private static func add(
    _ values: UnsafeBufferPointer<Double>, to sums: UnsafeMutablePointer<Double>, columns: Int
  ) -> Bool {
    var isUsable = true
    for row in stride(from: 0, to: values.count, by: columns) {
      for column in 0..<columns {
        let value = values[row + column]
        sums[column] += value
        // Not for NaN either.
        isUsable = isUsable && abs(value) <= PointTable.largestMagnitude
      }
    }
    return isUsable
  }
}
