import MIMAnalysis
import MIMScript
import MIMTensor

extension HostFunction {
  /// `nb = neighbors z k=15`.
  static let neighbors = HostFunction(
    "neighbors", group: .measure, summary: "find the exact nearest neighbours of every point",
    positional: [
      Parameter("POINTS", .object(pointTypes), "codes or items (of a data set, its test split)"),
      Parameter(
        "AMONG", .object(pointTypes), isOptional: true,
        "the points to search; by default POINTS (a point is not its own neighbour)"),
    ],
    options: [
      Parameter("k", .integer(1...100_000), default: .number(15), "neighbours of each point"),
      Parameter(
        "metric",
        .word([
          WordSpec("euclidean", "square root of the sum of squares"),
          WordSpec("max", "the largest coordinate difference"),
        ]), default: .string("euclidean"), "the distance"),
    ],
    result: "nb.indices and nb.distances, one row per point, nearest first; nb.agreement",
    resultType: "neighbors",
    details: [
      "Rows are counted from 0, as in NumPy; equal distances are ordered by row. nb.agreement is",
      "the fraction of neighbours with the label of their point. save writes .npz, or a .csv table.",
    ],
    example: "nb = neighbors z k=15", seeAlso: ["tsne", "evaluate", "save"],
    keywords: ["nearest", "similar", "similarity", "distance"],
    depends: .processor
  ) { call in
    let points = try call.labelledPoints(at: 0)
    let reference = try call.argument(1).map { _ in try call.labelledPoints(at: 1) }
    let norm: DistanceNorm = call.text("metric") == "max" ? .maximum : .euclidean
    let count = call.integer("k") ?? 15
    let found = try call.located(at: call.given.contains("k") ? "k" : "#0") {
      if let reference {
        return try nearestNeighbors(
          of: points.points, in: reference.points, count: count, norm: norm, threads: call.threads)
      }
      return try nearestNeighbors(
        in: points.points, count: count, norm: norm, threads: call.threads)
    }
    return .object(
      NeighborsObject(
        neighbors: found, source: points.name, among: reference?.name, labels: points.labels,
        referenceLabels: reference == nil ? points.labels : reference?.labels))
  }

  private static let pointTypes = ["codes", "items", "decoded items", "embedding", "data set"]
}
