import CKernels
import Foundation
import MIMTensor

/// A linear classifier at the optimum of its penalised log loss,
///
///     Σ_i −log p(y_i | x_i) + l2/2 Σ_k ‖w_k‖²,     p(k | x) ∝ exp(w_k · x + b_k)
///
/// (scikit-learn's `LogisticRegression` with C = 1/l2; two classes have one weight vector, as there). It is found by
/// Newton's method with conjugate gradients (Steihaug 1983) and a second derivative of independent classes,
/// mean(p_k(1 − p_k)) XᵀX/n + l2/n, as preconditioner.
///
/// - Complexity: about 50 to 150 passes over the rows, each of 4·n·d·classes operations.
public struct LogisticRegression: Sendable {
  /// The classes that occurred, in ascending order.
  public let classes: [Int32]
  /// The weights of each output, `[outputs][columns]`: one output for two classes, else one for each class.
  public let weights: [[Double]]
  /// The intercepts; with several outputs their sum is 0.
  public let intercepts: [Double]
  /// The penalised log loss in nats per row.
  public let loss: Double
  /// Whether the optimum was reached: the loss lies within 1e-18 of it, as far as rounding allows.
  public let isConverged: Bool
  /// Passes over the rows.
  public let passes: Int

  /// - Parameters:
  ///   - points: `[n, d]`, finite.
  ///   - labels: one for each row; at least two different ones.
  ///   - l2: above 0.
  ///   - standardises: columns get standard deviation 1 first; the weights are for the columns as given.
  ///   - shouldStop: asked before every pass; true ends the work.
  /// - Throws: `AnalysisError`; `CancellationError` if `shouldStop` ended the work.
  public init(
    _ points: HostArray<Double>, labels: [Int32], l2: Double = 1, standardises: Bool = false,
    threads: Int? = nil, shouldStop: @Sendable () -> Bool = { false }
  ) throws {
    try self.init(
      try PointTable(points, quantity: "the features"), labels: labels, l2: l2,
      standardises: standardises, threads: threads, shouldStop: shouldStop)
  }

  init(
    _ table: PointTable, labels: [Int32], l2: Double, standardises: Bool, threads: Int?,
    shouldStop: () -> Bool
  ) throws {
    guard labels.count == table.rows else {
      throw AnalysisError.rowsDiffer(
        first: table.quantity, firstRows: table.rows, second: "the labels", secondRows: labels.count
      )
    }
    guard l2 > 0, l2.isFinite else {
      throw AnalysisError.outOfRange(option: "l2", value: l2, allowed: "above 0")
    }
    classes = Set(labels).sorted()
    guard classes.count > 1 else { throw AnalysisError.oneClass(classes: classes.count) }
    let numbers = Dictionary(
      uniqueKeysWithValues: classes.enumerated().map { ($1, Int32($0)) })
    let scaling = ColumnScaling(table, standardises: standardises)
    let objective = LogisticObjective(
      BlockedRows(table, scaling: scaling), labels: labels.map { numbers[$0] ?? 0 },
      classes: classes.count, penalty: l2, threads: threads)
    let gram = GramMatrix(
      of: HostArray(scaling.applied(to: table).values, shape: [table.rows, table.dimensions]),
      minus: [Double](repeating: 0, count: table.dimensions), threads: threads)
    var search = NewtonSearch(objective, gram: gram)
    let found = try search.run(shouldStop: shouldStop)
    loss = found.value
    isConverged = search.isConverged
    passes = search.passes
    let width = table.dimensions
    let scaled = (0..<objective.outputs).map { output in
      (0..<width).map {
        found.weights[objective.place(of: $0, output)] * scaling.factors[$0]
      }
    }
    let shifts = (0..<objective.outputs).map { output in
      found.weights[objective.place(of: width, output)]
        - zip(scaled[output], scaling.means).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let mean = shifts.count > 1 ? shifts.reduce(0, +) / Double(shifts.count) : 0
    weights = scaled
    intercepts = shifts.map { $0 - mean }
  }

  /// p(k | x) of every row, `[n, classes]` in the order of `classes`.
  public func probabilities(of points: HostArray<Double>) throws -> HostArray<Double> {
    let table = try PointTable(points, quantity: "the features")
    guard table.dimensions == weights[0].count else {
      throw AnalysisError.dimensionsDiffer(
        first: "the features", firstDimensions: table.dimensions, second: "the weights",
        secondDimensions: weights[0].count)
    }
    return HostArray(probabilities(of: table), shape: [table.rows, classes.count])
  }

  func probabilities(of table: PointTable) -> [Double] {
    let width = table.dimensions
    return (0..<table.rows).flatMap { row -> [Double] in
      var scores = table.values.withUnsafeBufferPointer { values in
        zip(weights, intercepts).map { own, intercept in
          intercept
            + own.withUnsafeBufferPointer { own -> Double in
              guard let first = values.baseAddress, let second = own.baseAddress else { return 0 }
              return mim_dot(first + row * width, second, width)
            }
        }
      }
      if classes.count == 2 { scores.insert(0, at: 0) }
      let largest = scores.max() ?? 0
      let parts = scores.map { exp($0 - largest) }
      let total = parts.reduce(0, +)
      return parts.map { $0 / total }
    }
  }
}

/// Newton's method with conjugate gradients on a `LogisticObjective`.
private struct NewtonSearch {
  private let objective: LogisticObjective
  private let gram: GramMatrix
  private(set) var isConverged = false
  private(set) var passes = 0

  private static let largestSteps = 100
  private static let largestProducts = 1_000
  /// The decrement at which the loss can't be told from the optimum.
  private static let negligible = 1e-20

  init(_ objective: LogisticObjective, gram: GramMatrix) {
    self.objective = objective
    self.gram = gram
  }

  mutating func run(shouldStop: () -> Bool) throws -> LogisticObjective.Point {
    var point = objective.point(at: [Double](repeating: 0, count: objective.size))
    passes = 1
    for _ in 0..<Self.largestSteps {
      let inverse = Preconditioner(objective, point, gram: gram)
      let decrement = dot(point.gradient, inverse.applied(to: point.gradient))
      guard decrement > Self.negligible else {
        isConverged = true
        return point
      }
      let direction = try self.direction(at: point, inverse, decrement, shouldStop: shouldStop)
      guard let next = try step(from: point, along: direction, shouldStop: shouldStop) else {
        // No step makes the loss smaller: rounding is all that is left.
        isConverged = decrement < 1e-12
        return point
      }
      point = next
    }
    return point
  }

  /// The solution d of H d = −g to the precision that pays at this distance from the optimum.
  private mutating func direction(
    at point: LogisticObjective.Point, _ inverse: Preconditioner, _ decrement: Double,
    shouldStop: () -> Bool
  ) throws -> [Double] {
    var solution = [Double](repeating: 0, count: objective.size)
    var rest = point.gradient.map { -$0 }
    var conjugate = inverse.applied(to: rest)
    var size = dot(rest, conjugate)
    // The square of the forcing term min(½, √‖g‖).
    let wanted = decrement * min(0.25, decrement.squareRoot())
    var direction = conjugate
    for _ in 0..<Self.largestProducts where size > wanted {
      if shouldStop() { throw CancellationError() }
      let product = objective.curvature(at: point, along: direction)
      passes += 1
      let bend = dot(direction, product)
      guard bend > 0 else { break }
      let length = size / bend
      mim_add_scaled(length, direction, 0, direction, solution.count, &solution)
      mim_add_scaled(-length, product, 0, product, rest.count, &rest)
      conjugate = inverse.applied(to: rest)
      let next = dot(rest, conjugate)
      let ratio = next / size
      for place in direction.indices {
        direction[place] = conjugate[place] + ratio * direction[place]
      }
      size = next
    }
    return solution
  }

  /// The first of the steps 1, ½, ¼ … that makes the loss smaller; nil where none does.
  private mutating func step(
    from point: LogisticObjective.Point, along direction: [Double], shouldStop: () -> Bool
  ) throws -> LogisticObjective.Point? {
    let slope = dot(point.gradient, direction)
    guard slope < 0 else { return nil }
    var length = 1.0
    for _ in 0..<40 {
      if shouldStop() { throw CancellationError() }
      var weights = point.weights
      mim_add_scaled(length, direction, 0, direction, weights.count, &weights)
      let next = objective.point(at: weights)
      passes += 1
      // Below the rounding of the loss only the gradient tells which point is nearer.
      let isSmaller =
        -slope < 1e-13 * abs(point.value)
        ? dot(next.gradient, next.gradient) < dot(point.gradient, point.gradient)
        : next.value <= point.value + 1e-4 * length * slope
      if isSmaller { return next }
      length /= 2
    }
    return nil
  }

  private func dot(_ first: [Double], _ second: [Double]) -> Double {
    mim_dot(first, second, first.count)
  }
}

/// The inverse of the second derivative as if the classes were independent and p the same in every row.
private struct Preconditioner {
  private let objective: LogisticObjective
  private let factor: Cholesky?
  private let spreads: [Double]
  private let mean: Double

  init(_ objective: LogisticObjective, _ point: LogisticObjective.Point, gram: GramMatrix) {
    self.objective = objective
    spreads = objective.spreads(at: point).map { max($0, 1e-8) }
    mean = spreads.reduce(0, +) / Double(max(1, spreads.count))
    let share = mean / Double(max(1, objective.rows.count))
    var matrix = gram.entries.map { $0 * share }
    for place in 0..<gram.size { matrix[place * gram.size + place] += objective.penalty }
    factor = Cholesky(matrix, size: gram.size)
  }

  func applied(to vector: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: vector.count)
    let width = objective.rows.columns - 1
    for output in 0..<objective.outputs {
      var own = (0..<width).map { vector[objective.place(of: $0, output)] }
      let ratio = mean / spreads[output]
      if let factor {
        own = factor.solution(of: own)
      }
      for column in 0..<width { result[objective.place(of: column, output)] = own[column] * ratio }
      let intercept = objective.place(of: width, output)
      result[intercept] = vector[intercept] / spreads[output]
    }
    return result
  }
}
