/// A = P L U of a square matrix, by elimination with the largest pivot of each column, in double precision (Golub and Van Loan,
/// Matrix Computations, 4th edition, algorithm 3.4.1). A singular matrix has a 0 on U's diagonal, and its inverse isn't finite.
package struct LUFactors: Sendable {
  /// The rows of A.
  package let size: Int
  /// Row i of L U is row `rows[i]` of A.
  package private(set) var rows: [Int]
  /// L below the diagonal, whose own ones aren't stored, and U from the diagonal on, row-major.
  package private(set) var elements: [Double]

  /// Of a matrix, row-major. Precondition: `elements` are size².
  package init(_ elements: [Double], size: Int) {
    precondition(elements.count == size * size, "\(elements.count) numbers for \(size) rows")
    self.size = size
    self.elements = elements
    rows = Array(0..<size)
    for column in 0..<size { eliminate(column) }
  }

  private mutating func eliminate(_ column: Int) {
    var pivot = column
    for row in column..<size where magnitude(row, column) > magnitude(pivot, column) {
      pivot = row
    }
    if pivot != column { exchange(column, pivot) }
    let diagonal = elements[column * size + column]
    for row in column + 1..<max(size, column + 1) {
      let factor = elements[row * size + column] / diagonal
      elements[row * size + column] = factor
      guard factor != 0 else { continue }
      for later in column + 1..<size {
        elements[row * size + later] -= factor * elements[column * size + later]
      }
    }
  }

  private func magnitude(_ row: Int, _ column: Int) -> Double {
    elements[row * size + column].magnitude
  }

  private mutating func exchange(_ a: Int, _ b: Int) {
    rows.swapAt(a, b)
    for column in 0..<size { elements.swapAt(a * size + column, b * size + column) }
  }

  /// The diagonal of U.
  package var diagonal: [Double] { (0..<size).map { elements[$0 * size + $0] } }

  /// A⁻¹, row-major.
  package var inverse: [Double] {
    var result = [Double](repeating: 0, count: size * size)
    for column in 0..<size {
      let solution = solved { rows[$0] == column ? 1 : 0 }
      for row in 0..<size { result[row * size + column] = solution[row] }
    }
    return result
  }

  /// x with L U x = b.
  private func solved(_ b: (Int) -> Double) -> [Double] {
    var x = (0..<size).map(b)
    for row in 0..<size {
      for column in 0..<row { x[row] -= elements[row * size + column] * x[column] }
    }
    for row in (0..<size).reversed() {
      for column in row + 1..<max(size, row + 1) {
        x[row] -= elements[row * size + column] * x[column]
      }
      x[row] /= elements[row * size + row]
    }
    return x
  }
}
