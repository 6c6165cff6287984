import CKernels
import MIMCPU

/// What the kernel adds up to around each point of a map.
struct Repulsion: Sendable {
  let dimensions: Int
  /// Σⱼ w over the other points, for each point.
  var similarities: [Double]
  /// Σⱼ w·(yᵢ − yⱼ)/(1 + d²/α), row-major, `[count, dimensions]`.
  var forces: [Double]

  init(count: Int, dimensions: Int) {
    self.dimensions = dimensions
    similarities = [Double](repeating: 0, count: count)
    forces = [Double](repeating: 0, count: count * dimensions)
  }

  /// Z = Σᵢ Σⱼ w, summed in the order of the points whatever thread computed which.
  var total: Double { similarities.reduce(0, +) }

  /// Fills the sums of every point.
  mutating func fill(threads: Int?, chunk: Int, _ point: @Sendable (Int) -> KernelSums) {
    let (count, dimensions) = (similarities.count, dimensions)
    similarities.withUnsafeMutableBufferPointer { similarities in
      forces.withUnsafeMutableBufferPointer { forces in
        nonisolated(unsafe) let (similarities, forces) = (similarities, forces)
        inParallel(count: count, chunk: chunk, threads: threads) { range in
          for index in range {
            let sums = point(index)
            similarities[index] = sums.similarity
            for axis in 0..<dimensions { forces[index * dimensions + axis] = sums.force[axis] }
          }
        }
      }
    }
  }

  /// From every pair of points: O(n²).
  static func exact(_ map: EmbeddingMap, freedom: Double, threads: Int?) -> Repulsion {
    var repulsion = exact(of: map, by: map, freedom: freedom, threads: threads)
    // Without each point's own w = 1.
    for point in 0..<map.count { repulsion.similarities[point] -= 1 }
    return repulsion
  }

  /// Of the points of one map by all points of another.
  static func exact(
    of map: EmbeddingMap, by reference: EmbeddingMap, freedom: Double, threads: Int?
  ) -> Repulsion {
    var repulsion = Repulsion(count: map.count, dimensions: map.dimensions)
    let planes = reference.planes
    let dimensions = map.dimensions
    map.coordinates.withUnsafeBufferPointer { coordinates in
      nonisolated(unsafe) let coordinates = coordinates
      repulsion.fill(threads: threads, chunk: 64) { index in
        var sums = SIMD4<Double>.zero
        withUnsafeMutableBytes(of: &sums) { bytes in
          mim_student_repulsion(
            coordinates.baseAddress.map { $0 + index * dimensions }, planes, reference.count,
            dimensions, freedom, bytes.assumingMemoryBound(to: Double.self).baseAddress)
        }
        return KernelSums(
          similarity: sums[0], force: SIMD4(sums[1], sums[2], sums[3], 0))
      }
    }
    return repulsion
  }

  /// From cells of a tree: O(n log n).
  static func barnesHut(
    _ map: EmbeddingMap, theta: Double, freedom: Double, threads: Int?
  ) -> Repulsion {
    var repulsion = Repulsion(count: map.count, dimensions: map.dimensions)
    CellTree(map).withTraversal(theta: theta, freedom: freedom) { traversal in
      repulsion.fill(threads: threads, chunk: 256) { traversal.sums(at: $0) }
    }
    return repulsion
  }

  /// Of the points of one map by cells of a tree over another.
  static func barnesHut(
    of map: EmbeddingMap, by reference: CellTree, theta: Double, freedom: Double, threads: Int?
  ) -> Repulsion {
    var repulsion = Repulsion(count: map.count, dimensions: map.dimensions)
    let positions = map.positions
    reference.withTraversal(theta: theta, freedom: freedom) { traversal in
      repulsion.fill(threads: threads, chunk: 256) { traversal.sums(around: positions[$0]) }
    }
    return repulsion
  }
}
