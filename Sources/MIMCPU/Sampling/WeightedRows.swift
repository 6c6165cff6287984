import CKernels

/// An order of rows that are added up by weight on the host, for samplers that make values one after another.
package struct WeightedRows: Sendable {
  /// The numbers of a row.
  package static let width = Int(MIM_ROW)

  /// How many rows there are.
  package let count: Int
  private let order: [Int32]

  /// Precondition: each of the rows 0 … n − 1 once.
  package init(order: [Int]) {
    precondition(order.allSatisfy(order.indices.contains), "an order with a row that isn't there")
    count = order.count
    self.order = order.map { Int32($0) }
  }

  /// sum[i] += Σ weights[offset + k]·rows[k·width + i] over the first rows k of the order. Precondition: a sum of `width` numbers, a weight
  /// for each row from `offset` on, and all rows.
  package func add(
    first: Int, of rows: [Float], weights: [Float], offset: Int, to sum: inout [Float]
  ) {
    precondition(
      first <= count && rows.count >= count * Self.width && weights.count >= offset + count
        && offset >= 0 && sum.count == Self.width, "\(first) rows of \(count)")
    sum.withUnsafeMutableBufferPointer { sum in
      weights.withUnsafeBufferPointer { weights in
        rows.withUnsafeBufferPointer { rows in
          order.withUnsafeBufferPointer { order in
            guard let weights = weights.baseAddress else { return }
            mim_add_weighted_rows(
              weights + offset, rows.baseAddress, order.baseAddress, first, sum.baseAddress)
          }
        }
      }
    }
  }
}
