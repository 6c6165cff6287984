import CKernels

/// The k smallest (distance, index) pairs of what it was offered, in the order of indices.
struct SmallestHeap {
  private var values: [Double]
  private var indices: [Int32]

  init(capacity: Int) {
    values = [Double](repeating: .infinity, count: capacity)
    indices = [Int32](repeating: .max, count: capacity)
  }

  /// The k-th smallest value offered so far; infinite before there are k.
  var largest: Double { values[0] }

  mutating func removeAll() {
    for index in values.indices {
      values[index] = .infinity
      indices[index] = .max
    }
  }

  /// Offers `count` values whose indices start at `first`, which is past all earlier ones.
  mutating func offer(_ candidates: UnsafePointer<Double>, count: Int, first: Int) {
    mim_select_smallest(candidates, count, Int32(first), &values, &indices, values.count)
  }

  /// Calls `body` with the memory of the pairs and their number.
  mutating func withPairs(
    _ body: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Int32>, Int) -> Void
  ) {
    body(&values, &indices, values.count)
  }

  /// The pairs, nearest first, equal values by index.
  func sorted() -> [(value: Double, index: Int32)] {
    zip(values, indices).map { (value: $0, index: $1) }.sorted {
      $0.value < $1.value || ($0.value == $1.value && $0.index < $1.index)
    }
  }
}
