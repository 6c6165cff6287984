import MIMTensor

/// The largest eigenvalues of XᵀX of centred points and their eigenvectors, by whichever of XᵀX and XXᵀ is smaller: both
/// have the same eigenvalues apart from zeros.
struct CovarianceSpectrum {
  /// The eigenvalues, largest first; rounding below zero is removed.
  let values: [Double]
  /// The sum of all eigenvalues, those left out included.
  let total: Double
  private let vectors: [Double]
  private let dimensions: Int

  /// The unit eigenvector of value `index`.
  func vector(_ index: Int) -> [Double] {
    [Double](vectors[index * dimensions..<(index + 1) * dimensions])
  }

  /// From the columns: XᵀX, for at least as many points as dimensions.
  init<Scalar: PointScalar>(
    columnsOf points: HostArray<Scalar>, mean: [Double], count: Int, threads: Int?
  ) {
    let gram = GramMatrix(of: points, minus: mean, threads: threads)
    let problem = Self.solve(gram, count: count, threads: threads)
    values = problem.values.map { max(0, $0) }
    total = gram.trace
    vectors = problem.vectors
    dimensions = gram.size
  }

  /// From the rows: if XXᵀu = λu, then v = Xᵀu/√λ is a unit eigenvector of XᵀX.
  init(rowsOf table: PointTable, mean: [Double], count: Int, threads: Int?) {
    let (rows, columns) = (table.rows, table.dimensions)
    var transposed = [Double](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        transposed[column * rows + row] = table.values[row * columns + column] - mean[column]
      }
    }
    let gram = GramMatrix(
      of: HostArray(transposed, shape: Shape([columns, rows])),
      minus: [Double](repeating: 0, count: rows), threads: threads)
    let problem = Self.solve(gram, count: count, threads: threads)
    values = problem.values.map { max(0, $0) }
    total = gram.trace
    dimensions = columns
    var basis = OrthonormalBasis(dimensions: columns)
    for index in 0..<count {
      let coefficients = problem.vectors[index * rows..<(index + 1) * rows]
      basis.append(
        (0..<columns).map { column in
          zip(coefficients, transposed[column * rows..<(column + 1) * rows])
            .reduce(0) { $0 + $1.0 * $1.1 }
        }, negligibleBelow: (values[0] * 1e-20).squareRoot())
    }
    vectors = basis.vectors.flatMap { $0 }
  }

  /// Below this size, all pairs cost next to nothing.
  private static let smallestIteration = 200

  /// The first `count` pairs: by iteration where they are few, else by all of them.
  private static func solve(
    _ gram: GramMatrix, count: Int, threads: Int?
  ) -> (values: [Double], vectors: [Double]) {
    let width = count + max(10, count / 2)
    if gram.size >= smallestIteration, width <= gram.size / 4 {
      let leading = LeadingEigenpairs(
        of: DenseCovariance(entries: gram.entries, size: gram.size, threads: threads),
        count: count, width: width, tolerance: 1e-10, products: 200, threads: threads)
      // Eigenvalues that hardly differ may take longer than all pairs do.
      if leading.isConverged { return (leading.values, leading.vectors) }
    }
    let problem = SymmetricEigenproblem(gram.entries, size: gram.size)
    return ([Double](problem.values.prefix(count)), problem.vectors)
  }
}

/// Vectors made orthonormal one after another; one that the earlier ones already contain is
/// replaced by a coordinate direction that they don't.
private struct OrthonormalBasis {
  let dimensions: Int
  private(set) var vectors: [[Double]] = []

  init(dimensions: Int) { self.dimensions = dimensions }

  mutating func append(_ vector: [Double], negligibleBelow smallest: Double) {
    if let unit = normalised(vector, negligibleBelow: smallest) {
      vectors.append(unit)
      return
    }
    for axis in 0..<dimensions {
      var direction = [Double](repeating: 0, count: dimensions)
      direction[axis] = 1
      // Of d axes at least one keeps this share after k < d projections.
      let share = (1 / Double(dimensions)).squareRoot() / 2
      if let unit = normalised(direction, negligibleBelow: share / Double(dimensions)) {
        vectors.append(unit)
        return
      }
    }
  }

  /// Twice is enough (Kahan) against the rounding of one pass.
  private func normalised(_ vector: [Double], negligibleBelow smallest: Double) -> [Double]? {
    var rest = vector
    for other in vectors + vectors {
      let share = zip(rest, other).reduce(0) { $0 + $1.0 * $1.1 }
      for index in rest.indices { rest[index] -= share * other[index] }
    }
    let length = rest.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > smallest ? rest.map { $0 / length } : nil
  }
}
