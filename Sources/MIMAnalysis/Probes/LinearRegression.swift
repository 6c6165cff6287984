import MIMTensor

/// Linear regression of one or more targets, y = W x + b, by least squares with a penalty on W:
///
///     Σ_i ‖y_i − W x_i − b‖² + l2 ‖W‖²
///
/// (scikit-learn's `Ridge` with alpha = l2, and `LinearRegression` for l2 = 0). Where columns are sums of others and
/// l2 is 0, it is the solution of least ‖W‖.
public struct LinearRegression: Sendable {
  /// `[targets][columns]`.
  public let weights: [[Double]]
  /// b of each target.
  public let intercepts: [Double]

  /// - Parameters:
  ///   - points: `[n, d]`, finite.
  ///   - targets: a list of n numbers for each target.
  ///   - l2: 0 or more.
  ///   - standardises: columns get standard deviation 1 first; the weights are for the columns as given.
  /// - Throws: `AnalysisError` for arrays that aren't finite tables or don't fit.
  /// - Complexity: O(n d² + d³).
  public init(
    _ points: HostArray<Double>, targets: [[Double]], l2: Double = 0, standardises: Bool = false,
    threads: Int? = nil
  ) throws {
    try self.init(
      try PointTable(points, quantity: "the features"), targets: targets, l2: l2,
      standardises: standardises, threads: threads)
  }

  init(
    _ table: PointTable, targets: [[Double]], l2: Double, standardises: Bool, threads: Int?
  ) throws {
    for target in targets where target.count != table.rows {
      throw AnalysisError.rowsDiffer(
        first: table.quantity, firstRows: table.rows, second: "the targets",
        secondRows: target.count)
    }
    guard l2 >= 0, l2.isFinite else {
      throw AnalysisError.outOfRange(option: "l2", value: l2, allowed: "0 or more")
    }
    let scaling = ColumnScaling(table, standardises: standardises)
    let centred = scaling.applied(to: table)
    let (rows, width) = (table.rows, table.dimensions)
    let gram = GramMatrix(
      of: HostArray(centred.values, shape: [rows, width]),
      minus: [Double](repeating: 0, count: width), threads: threads)
    let solver = SymmetricSolver(gram, adding: l2)
    var (weights, intercepts): ([[Double]], [Double]) = ([], [])
    for target in targets {
      let mean = target.reduce(0, +) / Double(rows)
      var products = [Double](repeating: 0, count: width)
      for row in 0..<rows {
        let gap = target[row] - mean
        for column in 0..<width { products[column] += gap * centred.values[row * width + column] }
      }
      let own = zip(solver.solution(of: products), scaling.factors).map { $0 * $1 }
      weights.append(own)
      intercepts.append(mean - zip(own, scaling.means).reduce(0) { $0 + $1.0 * $1.1 })
    }
    self.weights = weights
    self.intercepts = intercepts
  }

  /// The predictions of every target, a list of n numbers for each.
  func predictions(of table: PointTable) -> [[Double]] {
    zip(weights, intercepts).map { own, intercept in
      (0..<table.rows).map { row in
        own.indices.reduce(intercept) {
          $0 + own[$1] * table.values[row * table.dimensions + $1]
        }
      }
    }
  }
}

/// Solves (A + l2 I) w = b for a symmetric A without negative eigenvalues.
private struct SymmetricSolver {
  private enum Form {
    case factor(Cholesky)
    case spectrum(SymmetricEigenproblem)
  }
  private let form: Form
  private let size: Int

  init(_ gram: GramMatrix, adding l2: Double) {
    size = gram.size
    var matrix = gram.entries
    for place in 0..<size { matrix[place * size + place] += l2 }
    if let factor = Cholesky(matrix, size: size), l2 > 0 || factor.isWellConditioned {
      form = .factor(factor)
    } else {
      form = .spectrum(SymmetricEigenproblem(matrix, size: size))
    }
  }

  func solution(of products: [Double]) -> [Double] {
    switch form {
    case .factor(let factor): return factor.solution(of: products)
    case .spectrum(let problem):
      var solution = [Double](repeating: 0, count: size)
      let smallest = 1e-13 * Double(size) * max(0, problem.values.first ?? 0)
      for (index, value) in problem.values.enumerated() where value > smallest {
        let vector = problem.vectors[index * size..<(index + 1) * size]
        let share = zip(vector, products).reduce(0) { $0 + $1.0 * $1.1 } / value
        for (place, entry) in vector.enumerated() { solution[place] += share * entry }
      }
      return solution
    }
  }
}
