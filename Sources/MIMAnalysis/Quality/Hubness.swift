import MIMTensor

/// How unevenly points are neighbours of others (Radovanović, Nanopoulos & Ivanović 2010, JMLR 11, 2487): the skewness of
/// N_k, the number of points among whose k nearest neighbours a point is,
///
///     E[(N_k − k)³] / σ³
///
/// About 0 in few dimensions; large where a few points, hubs, are neighbours of many.
public struct Hubness: Sendable, Equatable {
  /// The skewness of N_k.
  public let skewness: Double
  /// The largest N_k.
  public let largest: Int
  /// The share of points that are no neighbour of any.
  public let orphans: Double
}

/// The hubness of points, Euclidean.
///
/// - Throws: `AnalysisError` for a k that the points can't supply.
/// - Complexity: that of `nearestNeighbors`.
public func hubness<Scalar: PointScalar>(
  of points: HostArray<Scalar>, k: Int = 10, threads: Int? = nil
) throws -> Hubness {
  let found = try nearestNeighbors(in: points, count: k, threads: threads)
  var occurrences = [Int](repeating: 0, count: points.rowCount)
  for index in found.indices.elements { occurrences[Int(index)] += 1 }
  let (count, mean) = (Double(occurrences.count), Double(k))
  let (second, third) = occurrences.reduce((0.0, 0.0)) { sums, own in
    let gap = Double(own) - mean
    return (sums.0 + gap * gap / count, sums.1 + gap * gap * gap / count)
  }
  return Hubness(
    skewness: second > 0 ? third / (second * second.squareRoot()) : 0,
    largest: occurrences.max() ?? 0,
    orphans: Double(occurrences.count { $0 == 0 }) / count)
}
