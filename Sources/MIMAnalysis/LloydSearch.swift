import Foundation
import MIMCPU
import MIMTensor

/// One restart of k-means: where it starts, and Lloyd's iteration from there.
struct LloydSearch: Sendable {
  private let table: PointTable
  private let packed: PackedPoints
  private let options: KMeansOptions
  private let threads: Int?
  /// The summed squared moves of the centres that end a restart.
  private let negligibleMove: Double

  init(_ table: PointTable, options: KMeansOptions, threads: Int?) {
    self.table = table
    self.options = options
    self.threads = threads
    packed = PackedPoints(table)
    let mean = table.columnMeans
    let squares = table.values.indices.reduce(0.0) {
      let difference = table.values[$1] - mean[$1 % table.dimensions]
      return $0 + difference * difference
    }
    negligibleMove = options.tolerance * squares / Double(table.values.count)
  }

  /// Greedy k-means++: each further centre is the best of 2 + ⌊log K⌋ points drawn with
  /// probability proportional to the squared distance to the nearest centre so far.
  func seeds(_ stream: inout RandomStream) -> [Double] {
    var chosen = [stream.integer(below: table.rows)]
    var nearest = squaredDistances(from: chosen)[0]
    let trials = 2 + Int(log(Double(options.clusters)))
    while chosen.count < options.clusters {
      let candidates = (0..<trials).map { _ in draw(nearest, &stream) }
      let rows = squaredDistances(from: candidates).map { row in
        zip(row, nearest).map { min($0, $1) }
      }
      let sums = rows.map { $0.reduce(0, +) }
      let best = sums.indices.reduce(0) { sums[$1] < sums[$0] ? $1 : $0 }
      chosen.append(candidates[best])
      nearest = rows[best]
    }
    return chosen.flatMap { row($0) }
  }

  /// Lloyd's iteration until nothing, or next to nothing, moves.
  func run(from seeds: [Double]) -> KMeansResult {
    var centers = seeds
    var assignment = Assignment(labels: [], distances: [])
    var iteration = 0
    while iteration < options.iterations {
      let next = assign(to: centers)
      if next.labels == assignment.labels { break }
      assignment = next
      iteration += 1
      let moved = means(of: assignment)
      let move = zip(moved, centers).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      centers = moved
      if move <= negligibleMove { break }
    }
    assignment = assign(to: centers)
    return KMeansResult(
      assignments: assignment.labels,
      centers: HostArray(centers, shape: Shape([options.clusters, table.dimensions])),
      inertia: assignment.distances.reduce(0, +), iterations: iteration)
  }

  private struct Assignment {
    var labels: [Int32]
    /// Squared distances to the assigned centres.
    var distances: [Double]
  }

  private func row(_ index: Int) -> ArraySlice<Double> {
    table.values[index * table.dimensions..<(index + 1) * table.dimensions]
  }

  private func squaredDistances(from rows: [Int]) -> [[Double]] {
    rows.map { index in
      var distances = [Double](repeating: 0, count: PackedPoints.queries * packed.paddedCount)
      packed.distances(
        from: table, first: index, found: 1, norm: .euclidean, blockRange: 0..<packed.blocks,
        into: &distances, stride: packed.paddedCount)
      return [Double](distances.prefix(table.rows))
    }
  }

  /// An index with probability proportional to its weight; any, where all weights are 0.
  private func draw(_ weights: [Double], _ stream: inout RandomStream) -> Int {
    let total = weights.reduce(0, +)
    guard total > 0 else { return stream.integer(below: weights.count) }
    var rest = stream.uniform() * total
    for (index, weight) in weights.enumerated() {
      rest -= weight
      if rest <= 0, weight > 0 { return index }
    }
    return weights.lastIndex { $0 > 0 } ?? 0
  }

  /// The nearest centre of each point; of equally near ones the first. A search for neighbours would keep a heap
  /// for each point, which costs more than the distances to a few centres.
  private func assign(to centers: [Double]) -> Assignment {
    var labels = [Int32](repeating: 0, count: table.rows)
    var distances = [Double](repeating: .infinity, count: table.rows)
    labels.withUnsafeMutableBufferPointer { labels in
      distances.withUnsafeMutableBufferPointer { distances in
        nonisolated(unsafe) let (labels, distances) = (labels, distances)
        inParallel(count: packed.blocks, chunk: Self.chunk, threads: threads) { blocks in
          assign(blocks, to: centers, labels, distances)
        }
      }
    }
    return Assignment(labels: labels, distances: distances)
  }

  /// Blocks whose distances to a few centres fill the first-level cache.
  private static let chunk = 64

  private func assign(
    _ blocks: Range<Int>, to centers: [Double], _ labels: UnsafeMutableBufferPointer<Int32>,
    _ distances: UnsafeMutableBufferPointer<Double>
  ) {
    let (lanes, atOnce) = (PackedPoints.lanes, PackedPoints.queries)
    let (begin, stride) = (blocks.lowerBound * lanes, blocks.count * lanes)
    let points = min(stride, table.rows - begin)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: atOnce * stride) { rows in
      guard let place = rows.baseAddress else { return }
      for first in Swift.stride(from: 0, to: options.clusters, by: atOnce) {
        let found = min(atOnce, options.clusters - first)
        packed.distances(
          from: centers, first: first, found: found, norm: .euclidean, blockRange: blocks,
          into: place, stride: stride)
        for center in 0..<found {
          let row = place + center * stride
          for point in 0..<points where row[point] < distances[begin + point] {
            distances[begin + point] = row[point]
            labels[begin + point] = Int32(first + center)
          }
        }
      }
    }
  }

  /// The means of the clusters; an empty cluster takes the point that is farthest from its own
  /// centre, as scikit-learn does.
  private func means(of assignment: Assignment) -> [Double] {
    let dimensions = table.dimensions
    var labels = assignment.labels.map(Int.init)
    var sizes = [Int](repeating: 0, count: options.clusters)
    for label in labels { sizes[label] += 1 }
    let empty = sizes.indices.filter { sizes[$0] == 0 }
    if !empty.isEmpty {
      let farthest = labels.indices.sorted {
        (assignment.distances[$0], $1) > (assignment.distances[$1], $0)
      }
      for (cluster, point) in zip(empty, farthest.lazy.filter { sizes[labels[$0]] > 1 }) {
        sizes[labels[point]] -= 1
        sizes[cluster] = 1
        labels[point] = cluster
      }
    }
    var sums = [Double](repeating: 0, count: options.clusters * dimensions)
    for (index, label) in labels.enumerated() {
      for column in 0..<dimensions {
        sums[label * dimensions + column] += table.values[index * dimensions + column]
      }
    }
    return sums.indices.map { sums[$0] / Double(max(1, sizes[$0 / dimensions])) }
  }
}
