import MIMTensor

/// Pairs (x, z) as rows [x | z], standardised: mutual information doesn't change, training gains.
struct PairTable: Sendable {
  let xWidth: Int
  let zWidth: Int
  /// `[n, xWidth + zWidth]`.
  let rows: HostArray<Float>

  var count: Int { rows.rowCount }
  var width: Int { xWidth + zWidth }

  /// - Throws: `ModelError.unusableRequest` for different numbers of rows, or values that are not
  ///   finite.
  init(_ x: HostArray<Float>, _ z: HostArray<Float>) throws {
    guard x.rowCount == z.rowCount else {
      throw ModelError.unusableRequest(
        reason:
          "x has \(x.rowCount) rows and z has \(z.rowCount); they must describe the same items")
    }
    for (name, values) in [("x", x), ("z", z)] {
      guard let bad = values.elements.firstIndex(where: { !$0.isFinite }) else { continue }
      throw ModelError.unusableRequest(
        reason: "\(name) has a NaN or an infinity at row \(bad / max(1, values.rowSize)) (counted "
          + "from 0); remove that row or fix its source")
    }
    (xWidth, zWidth) = (x.rowSize, z.rowSize)
    rows = HostArray(
      (0..<x.rowCount).flatMap { Array(x.row($0)) + Array(z.row($0)) },
      shape: [x.rowCount, x.rowSize + z.rowSize])
  }

  private init(_ other: PairTable, rows: HostArray<Float>) {
    (xWidth, zWidth) = (other.xWidth, other.zWidth)
    self.rows = rows
  }

  /// The rows at these indices.
  func selecting(_ indices: [Int]) -> PairTable { PairTable(self, rows: rows.rows(indices)) }

  /// Every column less its mean over `reference`, divided by its standard deviation there; columns
  /// that are constant there are only centred.
  func standardised(by reference: PairTable) -> PairTable {
    let moments = reference.rows.columnMoments
    let scaled = rows.elements.indices.map { place -> Float in
      let (mean, deviation) = moments[place % width]
      let centred = Double(rows.elements[place]) - mean
      return Float(deviation > 0 ? centred / deviation : centred)
    }
    return PairTable(self, rows: HostArray(scaled, shape: rows.shape))
  }

  /// Writes the x of one row beside the z of another.
  func copy(
    x: Int, z: Int, to place: Int, of destination: UnsafeMutableBufferPointer<Float>
  ) {
    rows.elements.withUnsafeBufferPointer { source in
      for column in 0..<width {
        destination[place * width + column] = source[(column < xWidth ? x : z) * width + column]
      }
    }
  }
}
