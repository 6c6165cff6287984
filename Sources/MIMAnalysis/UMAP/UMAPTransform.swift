import MIMTensor

/// Places new points in a UMAP embedding that stays as it is, as umap-learn's `transform` does: each starts at the weighted
/// mean of its neighbours and moves among them for a third of the epochs, at a quarter of the first step size. New points
/// don't see each other.
///
/// - Parameters:
///   - points: the new points, `[m, d]`, finite.
///   - embedding: where the embedded points are, `[n, dimensions]`.
///   - reference: the points that were embedded, `[n, d]`.
///   - options: those that the embedding was made with; `epochs` are those of this call, `nil` is 100 for up to 10,000 new
///     points and 30 for more.
///   - observer: progress, and a way to stop early with the current positions.
/// - Throws: `AnalysisError` for tables that are not finite or don't fit, or options out of range.
/// - Complexity: one exact neighbour search, then O(m·neighbors) an epoch.
public func umapTransform<Scalar: PointScalar>(
  _ points: HostArray<Scalar>, into embedding: HostArray<Float>, of reference: HostArray<Scalar>,
  options: UMAPOptions = UMAPOptions(), observer: UMAPObserver = UMAPObserver()
) throws -> UMAPResult {
  let queries = try PointTable(points, quantity: "the new points")
  let table = try PointTable(reference, quantity: "the embedded points")
  try queries.requireDimensions(of: table)
  try options.check(points: table.rows)
  let map = try EmbeddingMap(embedding, points: table.rows, dimensions: options.dimensions)
  var options = options
  let epochs = options.epochs ?? (queries.rows <= 10_000 ? 100 : 30)
  options.epochs = epochs
  observer.onStage("neighbours")
  let neighbors = try options.metric.nearest(
    of: options.metric.prepared(queries), in: options.metric.prepared(table),
    count: options.neighbors, excludesSelf: false, threads: options.threads)
  let weights = NeighborWeights(
    distances: options.metric.distances(neighbors), width: neighbors.count,
    neighbors: options.neighbors, isEmbedded: false
  ).values(threads: options.threads)
  let layout = UMAPLayout(
    offsets: (0...queries.rows).map { Int64($0 * neighbors.count) },
    columns: neighbors.indices.elements, weights: weights,
    curve: SimilarityCurve(minimumDistance: options.minimumDistance, spread: options.spread),
    dimensions: options.dimensions, epochs: epochs, rate: 0.25, seed: options.seed,
    threads: options.threads)
  let found = layout.run(
    from: map.means(of: neighbors, weights: weights), around: map.coordinates.map { Float($0) },
    observer: observer)
  return UMAPResult(
    embedding: HostArray(found.points, shape: Shape([queries.rows, options.dimensions])),
    epochs: found.epochs, isComplete: found.epochs == epochs,
    start: "mean of neighbours", options: options)
}

extension EmbeddingMap {
  /// The weighted mean of each query's neighbours.
  fileprivate func means(of neighbors: Neighbors, weights: [Double]) -> [Float] {
    let width = neighbors.count
    return (0..<neighbors.indices.rowCount).flatMap { row in
      let places = row * width..<(row + 1) * width
      let total = max(places.reduce(0) { $0 + weights[$1] }, .leastNormalMagnitude)
      return (0..<dimensions).map { axis in
        let sum = places.reduce(0.0) { sum, place in
          let point = Int(neighbors.indices.elements[place])
          return sum + weights[place] * coordinates[point * dimensions + axis]
        }
        return Float(sum / total)
      }
    }
  }
}
