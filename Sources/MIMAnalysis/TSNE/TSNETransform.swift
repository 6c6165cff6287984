import Foundation
import MIMTensor

/// Options for placing new points in an embedding; the defaults are those of openTSNE 1.0.
public struct TSNETransformOptions: Sendable, Equatable, Codable {
  /// The effective number of embedded neighbours of a new point.
  public var perplexity = 5.0
  /// Iterations in all.
  public var iterations = 250
  /// The factor on the attraction of neighbours, compared with t-SNE itself.
  public var exaggeration = 1.5
  /// The step size on each point's own gradient, without the factor 4.
  public var learningRate = 0.1
  /// The momentum.
  public var momentum = 0.8
  /// A longer gradient of a point is shortened to this.
  public var largestGradient = 0.25
  /// α of the similarities, that of the embedding.
  public var degreesOfFreedom = 1.0
  /// `nil` chooses by the number of embedded points, as t-SNE does.
  public var gradient: TSNEGradient?
  /// The maximum number of threads; `nil` means one per core. Results don't depend on it.
  public var threads: Int?

  /// openTSNE's defaults.
  public init() {}

  func check(dimensions: Int) throws {
    var options = TSNEOptions()
    options.dimensions = dimensions
    options.iterations = iterations
    options.earlyExaggeration = exaggeration
    options.learningRate = learningRate
    options.momentum = momentum
    options.maximumStep = largestGradient
    options.degreesOfFreedom = degreesOfFreedom
    options.gradient = gradient
    try options.check()
  }
}

/// Places new points in an embedding that stays as it is (Poličar, Stražar & Zupan 2021): each new
/// point starts at the median of its neighbours and descends KL(Pᵢ‖Qᵢ), where Pᵢ are its
/// affinities to embedded points and Qᵢ its similarities to all of them. New points don't see each
/// other, so the result for one doesn't depend on the rest.
///
/// - Parameters:
///   - points: the new points, `[m, d]`, finite.
///   - reference: the points that were embedded, `[n, d]`.
///   - embedding: where they are, `[n, 1…3]`.
///   - options: perplexity, schedule and gradient.
///   - observer: progress, and a way to stop early with the current places.
/// - Returns: the new points' places `[m, 1…3]`; the divergence is the mean KL(Pᵢ‖Qᵢ) in nats.
/// - Throws: `AnalysisError` for tables that are not finite or don't fit, fewer embedded points
///   than 3·perplexity, or options out of range.
/// - Complexity: one neighbour search, then O(m) an iteration by interpolation, O(m log n) by
///   Barnes–Hut, O(m·n) exact.
public func tsneTransform<Scalar: PointScalar>(
  _ points: HostArray<Scalar>, into embedding: HostArray<Float>, of reference: HostArray<Scalar>,
  options: TSNETransformOptions = TSNETransformOptions(), observer: TSNEObserver = TSNEObserver()
) throws -> TSNETransformResult {
  let queries = try PointTable(points, quantity: "the new points")
  let table = try PointTable(reference, quantity: "the embedded points")
  try queries.requireDimensions(of: table)
  let map = try EmbeddingMap(embedding, points: table.rows)
  try options.check(dimensions: map.dimensions)
  try Affinities.check(perplexity: options.perplexity, points: table.rows)
  let neighbors = try nearestNeighbors(
    of: queries, in: table, count: Int(3 * options.perplexity), norm: .euclidean,
    excludesSelf: false, threads: options.threads)
  let forces = try TransformForces(
    affinities: Affinities(
      rowsOf: neighbors, perplexity: options.perplexity, threads: options.threads),
    reference: map, options: options)
  return forces.descend(
    from: EmbeddingMap(medianOf: neighbors, in: map), options: options, observer: observer)
}

/// The positions of new points in an embedding.
public struct TSNETransformResult: Sendable, Equatable {
  /// The positions of the new points, `[m, dimensions]`.
  public let embedding: HostArray<Float>
  /// The mean of KL(Pᵢ‖Qᵢ) over the new points, in nats.
  public let klDivergence: Double
  /// The iterations done.
  public let iterations: Int
  /// `false` when the observer ended it before the iterations requested.
  public let isComplete: Bool
  /// The gradient that was used.
  public let gradient: TSNEGradient
}

extension Affinities {
  /// Each row's conditional probabilities, summing to 1, not symmetrised.
  fileprivate init(rowsOf neighbors: Neighbors, perplexity: Double, threads: Int?) {
    let rows = neighbors.indices.rowCount
    self.init(
      count: rows, offsets: (0...rows).map { $0 * neighbors.count },
      columns: neighbors.indices.elements,
      values: Self.conditionals(neighbors, perplexity: perplexity, threads: threads))
  }
}

extension EmbeddingMap {
  /// The coordinate-wise median of each query's neighbours.
  fileprivate init(medianOf neighbors: Neighbors, in map: EmbeddingMap) {
    let dimensions = map.dimensions
    let coordinates = (0..<neighbors.indices.rowCount).flatMap { row in
      (0..<dimensions).map { axis in
        let values = neighbors.indices.row(row)
          .map { map.coordinates[Int($0) * dimensions + axis] }.sorted()
        return (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
      }
    }
    self.init(coordinates, dimensions: dimensions)
  }
}
