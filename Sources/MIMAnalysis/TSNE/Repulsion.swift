import CKernels

/// A map of points in the plane, coordinate by coordinate.
struct PlanarMap: Sendable, Equatable {
  var x: [Double]
  var y: [Double]

  /// The number of points.
  var count: Int { x.count }

  init(x: [Double], y: [Double]) {
    self.x = x
    self.y = y
  }

  /// From row-major pairs, `[n, 2]`.
  init<Pairs: Collection>(pairs: Pairs) where Pairs.Element: BinaryFloatingPoint {
    var coordinates = pairs.map { Double($0) }[...]
    x = []
    y = []
    while let first = coordinates.popFirst(), let second = coordinates.popFirst() {
      x.append(first)
      y.append(second)
    }
  }

  /// Row-major pairs, `[n, 2]`.
  var pairs: [Double] { zip(x, y).flatMap { [$0, $1] } }
}

/// What Student's kernel w = 1/(1 + ‖yᵢ − yⱼ‖²) adds up to around each point of a map.
struct Repulsion: Sendable {
  /// Σⱼ w over the other points, for each point.
  var normaliser: [Double]
  /// Σⱼ w²·(yᵢ − yⱼ), by coordinate.
  var x: [Double]
  var y: [Double]

  init(count: Int) {
    normaliser = [Double](repeating: 0, count: count)
    x = normaliser
    y = normaliser
  }

  /// Z = Σᵢ Σⱼ w, summed in the order of the points whatever thread computed which.
  var total: Double { normaliser.reduce(0, +) }

  /// Fills the sums of every point; `point` gives (Σ w, x, y) of one.
  mutating func fill(
    threads: Int?, chunk: Int, _ point: @Sendable (Int) -> (Double, Double, Double)
  ) {
    let count = normaliser.count
    normaliser.withUnsafeMutableBufferPointer { normaliser in
      x.withUnsafeMutableBufferPointer { x in
        y.withUnsafeMutableBufferPointer { y in
          nonisolated(unsafe) let (normaliser, x, y) = (normaliser, x, y)
          inParallel(count: count, chunk: chunk, threads: threads) { range in
            for index in range {
              (normaliser[index], x[index], y[index]) = point(index)
            }
          }
        }
      }
    }
  }

  /// From every pair of points: O(n²).
  static func exact(_ map: PlanarMap, threads: Int?) -> Repulsion {
    var repulsion = Repulsion(count: map.count)
    repulsion.fill(threads: threads, chunk: 64) { index in
      var sums = (0.0, 0.0, 0.0)
      withUnsafeMutableBytes(of: &sums) { bytes in
        mim_student_repulsion(
          map.x[index], map.y[index], map.x, map.y, map.count,
          bytes.assumingMemoryBound(to: Double.self).baseAddress)
      }
      // Without the point's own w = 1.
      return (sums.0 - 1, sums.1, sums.2)
    }
    return repulsion
  }

  /// From cells of a quadtree: O(n log n).
  static func barnesHut(_ map: PlanarMap, theta: Double, threads: Int?) -> Repulsion {
    let tree = QuadTree(map)
    var repulsion = Repulsion(count: map.count)
    tree.withTraversal(theta: theta) { traversal in
      repulsion.fill(threads: threads, chunk: 256) { traversal.sums(at: $0) }
    }
    return repulsion
  }
}
