import CKernels
import MIMCPU

/// Products of small tables of rows with large matrices, in double precision and on all cores. The results don't
/// depend on the number of threads.
enum MatrixProduct {
  private static let lanes = Int(MIM_GRAM_LANES)

  /// `rows`, `[count, inner]`, times `matrix`, `[inner, columns]`; row-major, as is the result `[count, columns]`.
  static func rows(
    _ rows: [Double], times matrix: [Double], inner: Int, columns: Int, threads: Int?
  ) -> [Double] {
    let count = inner == 0 ? 0 : rows.count / inner
    return [Double](unsafeUninitializedCapacity: count * columns) { result, initialized in
      nonisolated(unsafe) let result = result.baseAddress
      inParallel(count: (columns + lanes - 1) / lanes, chunk: 4, threads: threads) { panels in
        for panel in panels {
          let first = panel * lanes
          matrix.withUnsafeBufferPointer { matrix in
            mim_multiply_panel(
              rows, count, inner, matrix.baseAddress.map { $0 + first }, columns,
              min(lanes, columns - first), result.map { $0 + first }, columns)
          }
        }
      }
      initialized = count * columns
    }
  }

  /// The inner products of the rows of two tables `[count, size]`, `[count, count]`.
  static func inner(
    _ first: [Double], _ second: [Double], count: Int, threads: Int?
  ) -> [Double] {
    let size = count == 0 ? 0 : first.count / count
    return [Double](unsafeUninitializedCapacity: count * count) { result, initialized in
      nonisolated(unsafe) let result = result
      first.withUnsafeBufferPointer { first in
        second.withUnsafeBufferPointer { second in
          nonisolated(unsafe) let (left, right) = (first.baseAddress, second.baseAddress)
          inParallel(count: count, chunk: 1, threads: threads) { rows in
            for row in rows {
              for column in 0..<count {
                result[row * count + column] = mim_dot(
                  left.map { $0 + row * size }, right.map { $0 + column * size }, size)
              }
            }
          }
        }
      }
      initialized = count * count
    }
  }
}
