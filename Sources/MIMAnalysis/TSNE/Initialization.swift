import MIMTensor

extension PlanarMap {
  /// The standard deviation of a start: small, so that attraction orders the points before
  /// repulsion spreads them.
  private static let spread = 1e-4

  /// Independent normal draws of standard deviation 1e-4.
  static func random(count: Int, seed: UInt64) -> PlanarMap {
    var stream = RandomStream(seed: seed, stream: "t-SNE start")
    return PlanarMap(pairs: (0..<2 * count).map { _ in spread * stream.normal() })
  }

  /// The first two principal components, scaled to a standard deviation of 1e-4 along the first,
  /// with a hundredth of that as jitter, so that equal points and flat data can come apart
  /// (openTSNE's `initialization.pca`).
  static func principal<Scalar: PointScalar>(
    of points: HostArray<Scalar>, seed: UInt64, threads: Int?
  ) throws -> PlanarMap {
    let table = try PointTable(points, quantity: "points")
    let count = min(2, table.dimensions)
    let components = try PrincipalComponents(fitting: points, count: count, threads: threads)
    let coordinates = try components.transform(
      HostArray(table.values, shape: Shape([table.rows, table.dimensions])), threads: threads)
    let variance = components.explainedVariance[0]
    let scale = variance > 0 ? spread / variance.squareRoot() : 0
    var stream = RandomStream(seed: seed, stream: "t-SNE start")
    let pairs = (0..<2 * table.rows).map { place in
      let (row, axis) = (place / 2, place % 2)
      let coordinate = axis < count ? coordinates.elements[row * count + axis] * scale : 0
      return coordinate + spread / 100 * stream.normal()
    }
    return PlanarMap(pairs: pairs)
  }
}
