import MIMTensor

/// An embedding by UMAP, and how it was made.
public struct UMAPResult: Sendable, Equatable {
  /// The embedding, `[n, dimensions]`.
  public let embedding: HostArray<Float>
  /// The epochs done.
  public let epochs: Int
  /// `false` when the observer ended it before the epochs requested.
  public let isComplete: Bool
  /// Where it started, in words, with the reason where that isn't what was asked for.
  public let start: String
  /// The options it was run with, the number of epochs filled in.
  public let options: UMAPOptions
}

/// Uniform manifold approximation and projection (McInnes, Healy & Melville 2018, arXiv:1802.03426) of points in one to three
/// dimensions: a graph of each point's nearest neighbours with weights from smoothed distances, then positions that make
/// neighbours similar and others not. Seeded; the result does not depend on the thread count.
///
/// Duplicate points are allowed, constant columns change nothing.
///
/// - Parameters:
///   - points: `[n, d]`, finite, not all equal.
///   - initial: `[n, dimensions]` start instead of `options.initialization`.
///   - options: neighbours, distances, epochs and seed.
///   - observer: progress, and a way to stop early with the current positions.
/// - Throws: `AnalysisError` for input that is not a finite table, fewer points than neighbours, a row of zeros under
///   `cosine`, or options out of range.
/// - Complexity: one exact neighbour search, then O(n·neighbors) an epoch.
public func umap<Scalar: PointScalar>(
  _ points: HostArray<Scalar>, initial: HostArray<Float>? = nil,
  options: UMAPOptions = UMAPOptions(), observer: UMAPObserver = UMAPObserver()
) throws -> UMAPResult {
  let table = try PointTable(points, quantity: "points")
  try options.check(points: table.rows)
  guard !table.allRowsAreEqual else { throw AnalysisError.allPointsEqual(quantity: "points") }
  let given = try initial.map {
    try EmbeddingMap($0, points: table.rows, dimensions: options.dimensions)
  }
  var options = options
  options.epochs = options.epochs(points: table.rows)
  observer.onStage("neighbours")
  let final = options
  let (graph, start) = try StopRequest.$current.withValue(StopRequest(observer.shouldStop)) {
    let graph = try UMAPGraph(of: table, options: final)
    try StopRequest.check()
    observer.onStage("start")
    let start = try given.map { UMAPStart(given: $0) } ?? UMAPStart(points, graph, options: final)
    try StopRequest.check()
    return (graph, start)
  }
  let layout = UMAPLayout(
    offsets: graph.rows.offsets.map { Int64($0) }, columns: graph.rows.columns,
    weights: graph.rows.values,
    curve: SimilarityCurve(minimumDistance: options.minimumDistance, spread: options.spread),
    dimensions: options.dimensions, epochs: options.epochs(points: table.rows), rate: 1,
    seed: options.seed, threads: options.threads)
  let found = layout.run(from: start.positions, observer: observer)
  return UMAPResult(
    embedding: HostArray(found.points, shape: Shape([table.rows, options.dimensions])),
    epochs: found.epochs, isComplete: found.epochs == layout.epochs, start: start.description,
    options: options)
}

/// Where points start, in a box from 0 to 10 along each axis, as umap-learn's do.
private struct UMAPStart {
  let positions: [Float]
  let description: String

  /// Graphs with fewer points have too few eigenvectors.
  private static let fewestPoints = 32

  init(given map: EmbeddingMap) {
    positions = map.coordinates.map { Float($0) }
    description = "given"
  }

  init<Scalar: PointScalar>(
    _ points: HostArray<Scalar>, _ graph: UMAPGraph, options: UMAPOptions
  ) throws {
    let dimensions = options.dimensions
    var stream = RandomStream(seed: options.seed, stream: "UMAP start")
    func principal() throws -> [Double] {
      try EmbeddingMap.principal(
        of: points, dimensions: dimensions, seed: options.seed, threads: options.threads
      ).coordinates
    }
    let coordinates: [Double]
    switch options.initialization {
    case .pca: (coordinates, description) = (try principal(), "pca")
    case .random:
      coordinates = (0..<graph.count * dimensions).map { _ in stream.uniform() }
      description = "random"
    case .spectral where graph.count < Self.fewestPoints:
      (coordinates, description) = (try principal(), "pca (too few points for spectral)")
    case .spectral:
      let parts = graph.parts
      if parts > 1 {
        coordinates = try principal()
        description = "pca (the neighbour graph is in \(parts) parts)"
      } else {
        coordinates =
          SpectralStart(graph, dimensions: dimensions, threads: options.threads).coordinates
        description = "spectral"
      }
    }
    positions = Self.placed(coordinates, dimensions: dimensions, stream: &stream)
  }

  /// A hundred-thousandth of the box tells equal starts apart.
  private static func placed(
    _ coordinates: [Double], dimensions: Int, stream: inout RandomStream
  ) -> [Float] {
    let largest = max(coordinates.reduce(0) { max($0, abs($1)) }, .leastNormalMagnitude)
    var map = EmbeddingMap(
      coordinates.map { 10 * $0 / largest + 1e-4 * stream.normal() }, dimensions: dimensions)
    let (lower, upper) = map.bounds
    for place in map.coordinates.indices {
      let axis = place % dimensions
      let width = max(upper[axis] - lower[axis], .leastNormalMagnitude)
      map.coordinates[place] = 10 * (map.coordinates[place] - lower[axis]) / width
    }
    return map.coordinates.map { Float($0) }
  }
}
