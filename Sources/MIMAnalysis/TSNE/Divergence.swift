import Foundation
import MIMTensor

/// KL(P‖Q) of a map and its gradient, for one way of computing the repulsion.
struct Divergence: Sendable {
  let affinities: Affinities
  let method: TSNEGradient
  let threads: Int?

  /// A gradient with respect to the map, and the normaliser Z it was computed with.
  struct Gradient: Sendable {
    var x: [Double]
    var y: [Double]
    let normaliser: Double
  }

  /// ¼·∂KL/∂yᵢ = Σⱼ (e·pᵢⱼ − qᵢⱼ)·w·(yᵢ − yⱼ) for exaggeration e (van der Maaten & Hinton 2008,
  /// equation 5, without its factor 4).
  func quarterGradient(at map: PlanarMap, exaggeration: Double = 1) -> Gradient {
    let repulsion =
      switch method {
      case .exact: Repulsion.exact(map, threads: threads)
      case .barnesHut(let theta): Repulsion.barnesHut(map, theta: theta, threads: threads)
      }
    let normaliser = max(repulsion.total, .leastNormalMagnitude)
    var attraction = Repulsion(count: map.count)
    map.x.withUnsafeBufferPointer { x in
      map.y.withUnsafeBufferPointer { y in
        nonisolated(unsafe) let (x, y) = (x, y)
        attraction.fill(threads: threads, chunk: 256) { point in
          var (forceX, forceY) = (0.0, 0.0)
          affinities.forEachEntry(of: point) { column, value in
            let (dx, dy) = (x[point] - x[column], y[point] - y[column])
            let scaled = value / (1 + dx * dx + dy * dy)
            forceX += scaled * dx
            forceY += scaled * dy
          }
          return (0, forceX, forceY)
        }
      }
    }
    return Gradient(
      x: zip(attraction.x, repulsion.x).map { exaggeration * $0 - $1 / normaliser },
      y: zip(attraction.y, repulsion.y).map { exaggeration * $0 - $1 / normaliser },
      normaliser: normaliser)
  }

  /// KL(P‖Q) = Σ p·(log p + log(1 + ‖yᵢ − yⱼ‖²)) + log Z, in nats.
  func value(at map: PlanarMap, normaliser: Double) -> Double {
    var terms = Repulsion(count: map.count)
    terms.fill(threads: threads, chunk: 256) { point in
      var sum = 0.0
      affinities.forEachEntry(of: point) { column, value in
        guard value > 0 else { return }
        let (dx, dy) = (map.x[point] - map.x[column], map.y[point] - map.y[column])
        sum += value * (log(value) + log1p(dx * dx + dy * dy))
      }
      return (sum, 0, 0)
    }
    return terms.total + log(normaliser)
  }

  /// The same with the normaliser over all pairs, whatever the method: O(n²).
  func exactValue(at map: PlanarMap) -> Double {
    value(at: map, normaliser: Repulsion.exact(map, threads: threads).total)
  }
}

extension Affinities {
  /// Calls `body` with the column and probability of each entry of a row.
  @inline(__always)
  func forEachEntry(of row: Int, _ body: (Int, Double) -> Void) {
    columns.withUnsafeBufferPointer { columns in
      values.withUnsafeBufferPointer { values in
        for entry in offsets[row]..<offsets[row + 1] { body(Int(columns[entry]), values[entry]) }
      }
    }
  }
}

extension Affinities {
  /// KL(P‖Q) in nats of a map, and its gradient with the factor 4 (van der Maaten & Hinton 2008,
  /// equation 5), `[n, 2]`.
  ///
  /// - Parameters:
  ///   - map: `[n, 2]`.
  ///   - method: exact over all pairs, or Barnes–Hut; the divergence uses the same normaliser.
  /// - Throws: `AnalysisError` where the map has other rows than P or not two columns.
  /// - Complexity: O(n²), or O(n log n) for Barnes–Hut.
  public func divergence<Scalar: PointScalar>(
    at map: HostArray<Scalar>, method: TSNEGradient = .exact, threads: Int? = nil
  ) throws -> (value: Double, gradient: HostArray<Double>) {
    let planar = try PlanarMap(map, points: count)
    let divergence = Divergence(affinities: self, method: method, threads: threads)
    let gradient = divergence.quarterGradient(at: planar)
    let pairs = PlanarMap(x: gradient.x, y: gradient.y).pairs.map { 4 * $0 }
    return (
      divergence.value(at: planar, normaliser: gradient.normaliser),
      HostArray(pairs, shape: Shape([count, 2]))
    )
  }
}

extension PlanarMap {
  /// A map given from outside, checked against the number of points.
  init<Scalar: PointScalar>(_ map: HostArray<Scalar>, points: Int) throws {
    let table = try PointTable(map, quantity: "the map")
    guard table.rows == points else {
      throw AnalysisError.rowsDiffer(
        first: "the map", firstRows: table.rows, second: "the points", secondRows: points)
    }
    guard table.dimensions == 2 else {
      throw AnalysisError.dimensionsDiffer(
        first: "the map", firstDimensions: table.dimensions, second: "the plane",
        secondDimensions: 2)
    }
    self.init(pairs: table.values)
  }
}
