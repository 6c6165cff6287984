import MIMTensor

extension EmbeddingMap {
  /// The standard deviation of a start: small, so that attraction orders the points before
  /// repulsion spreads them.
  private static let spread = 1e-4

  /// Independent normal draws of standard deviation 1e-4.
  static func random(count: Int, dimensions: Int, seed: UInt64) -> EmbeddingMap {
    var stream = RandomStream(seed: seed, stream: "t-SNE start")
    return EmbeddingMap(
      (0..<dimensions * count).map { _ in spread * stream.normal() }, dimensions: dimensions)
  }

  /// The first principal components, scaled to a standard deviation of 1e-4 along the first,
  /// with a hundredth of that as jitter, so that equal points and flat data can come apart
  /// (openTSNE's `initialization.pca`).
  static func principal<Scalar: PointScalar>(
    of points: HostArray<Scalar>, dimensions: Int, seed: UInt64, threads: Int?
  ) throws -> EmbeddingMap {
    let table = try PointTable(points, quantity: "points")
    let count = min(dimensions, table.dimensions)
    let components = try PrincipalComponents(fitting: points, count: count, threads: threads)
    let coordinates = try components.transform(
      HostArray(table.values, shape: Shape([table.rows, table.dimensions])), threads: threads)
    let variance = components.explainedVariance[0]
    let scale = variance > 0 ? spread / variance.squareRoot() : 0
    var stream = RandomStream(seed: seed, stream: "t-SNE start")
    let start = (0..<dimensions * table.rows).map { place in
      let (row, axis) = (place / dimensions, place % dimensions)
      let coordinate = axis < count ? coordinates.elements[row * count + axis] * scale : 0
      return coordinate + spread / 100 * stream.normal()
    }
    return EmbeddingMap(start, dimensions: dimensions)
  }
}
