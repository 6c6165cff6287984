import CKernels
import Foundation
import MIMCPU
import MIMTensor

/// KL(P‖Q) of a map and its gradient, for one way of computing the repulsion.
final class Divergence {
  let affinities: Affinities
  let method: TSNEGradient
  let freedom: Double
  let threads: Int?
  /// Σ p·log p, which no map changes.
  private let negativeEntropy: Double
  /// The grid of the last map, and its size; maps change little from one to the next.
  private var grid: (size: KernelGrid.Size, grid: KernelGrid)?

  init(affinities: Affinities, method: TSNEGradient, freedom: Double, threads: Int?) {
    self.affinities = affinities
    self.method = method
    self.freedom = freedom
    self.threads = threads
    negativeEntropy = affinities.values.reduce(0) { $1 > 0 ? $0 + $1 * log($1) : $0 }
  }

  /// A gradient with respect to the map, row-major, and the normaliser Z it was computed with.
  struct Gradient: Sendable {
    var slopes: [Double]
    let normaliser: Double
  }

  /// ¼·∂KL/∂yᵢ = Σⱼ (e·pᵢⱼ − qᵢⱼ)·(yᵢ − yⱼ)/(1 + d²/α) for exaggeration e (van der Maaten & Hinton
  /// 2008, equation 5, without its factor 4; for α ≠ 1 Kobak et al. 2019).
  func quarterGradient(at map: EmbeddingMap, exaggeration: Double = 1) throws -> Gradient {
    let repulsion = try repulsion(at: map)
    let normaliser = max(repulsion.total, .leastNormalMagnitude)
    var slopes = affinities.attraction(
      of: map, by: map, freedom: freedom, threads: threads)
    for place in slopes.indices {
      slopes[place] = exaggeration * slopes[place] - repulsion.forces[place] / normaliser
    }
    return Gradient(slopes: slopes, normaliser: normaliser)
  }

  private func repulsion(at map: EmbeddingMap) throws -> Repulsion {
    switch method {
    case .exact: .exact(map, freedom: freedom, threads: threads)
    case .barnesHut(let theta):
      .barnesHut(map, theta: theta, freedom: freedom, threads: threads)
    case .interpolation: try interpolated(map)
    }
  }

  private func interpolated(_ map: EmbeddingMap) throws -> Repulsion {
    let (lower, upper) = map.bounds
    let width = zip(lower, upper).map { $1 - $0 }.max() ?? 0
    let size = KernelGrid.Size(width: width, freedom: freedom)
    if grid?.size != size {
      grid = (
        size,
        try KernelGrid(
          size: size, dimensions: map.dimensions, kernel: StudentKernel(freedom: freedom),
          threads: threads)
      )
    }
    guard let grid = grid?.grid else { return Repulsion(count: 0, dimensions: 2) }
    grid.spread(map, lower: lower, threads: threads)
    var repulsion = grid.sums(of: map, count: map.count, threads: threads)
    for point in 0..<map.count { repulsion.similarities[point] -= 1 }
    return repulsion
  }

  /// KL(P‖Q) = Σ p·(log p + α·log(1 + ‖yᵢ − yⱼ‖²/α)) + log Z, in nats.
  func value(at map: EmbeddingMap, normaliser: Double) -> Double {
    negativeEntropy + log(normaliser) + freedom
      * affinities.surprisal(of: map, by: map, freedom: freedom, threads: threads).reduce(0, +)
  }

  /// The same with the normaliser over all pairs, whatever the method: O(n²).
  func exactValue(at map: EmbeddingMap) -> Double {
    value(
      at: map, normaliser: Repulsion.exact(map, freedom: freedom, threads: threads).total)
  }
}

extension Affinities {
  /// Σⱼ pᵢⱼ·(yᵢ − yⱼ)/(1 + d²/α) for each point i of a map, j of another or the same, row-major.
  func attraction(
    of map: EmbeddingMap, by reference: EmbeddingMap, freedom: Double, threads: Int?
  ) -> [Double] {
    let dimensions = map.dimensions
    return [Double](unsafeUninitializedCapacity: map.coordinates.count) { forces, count in
      nonisolated(unsafe) let forces = forces
      withUnsafeEntries { offsets, columns, values in
        nonisolated(unsafe) let (offsets, columns, values) = (offsets, columns, values)
        inParallel(count: map.count, chunk: 512, threads: threads) { range in
          mim_student_attraction(
            offsets, columns, values, map.coordinates, reference.coordinates, dimensions,
            1 / freedom, range.lowerBound, range.upperBound,
            forces.baseAddress.map { $0 + range.lowerBound * dimensions })
        }
      }
      count = map.coordinates.count
    }
  }

  /// Σⱼ pᵢⱼ·log(1 + d²/α) for each point i.
  func surprisal(
    of map: EmbeddingMap, by reference: EmbeddingMap, freedom: Double, threads: Int?
  ) -> [Double] {
    [Double](unsafeUninitializedCapacity: map.count) { sums, count in
      nonisolated(unsafe) let sums = sums
      withUnsafeEntries { offsets, columns, values in
        nonisolated(unsafe) let (offsets, columns, values) = (offsets, columns, values)
        inParallel(count: map.count, chunk: 512, threads: threads) { range in
          for row in range {
            sums[row] = mim_student_surprisal(
              offsets, columns, values, map.coordinates, reference.coordinates, map.dimensions,
              1 / freedom, row)
          }
        }
      }
      count = map.count
    }
  }

  private func withUnsafeEntries(
    _ body: (
      UnsafePointer<Int64>?, UnsafePointer<Int32>?, UnsafePointer<Double>?
    ) -> Void
  ) {
    offsets.withUnsafeBufferPointer { offsets in
      offsets.withMemoryRebound(to: Int64.self) { offsets in
        columns.withUnsafeBufferPointer { columns in
          values.withUnsafeBufferPointer { values in
            body(offsets.baseAddress, columns.baseAddress, values.baseAddress)
          }
        }
      }
    }
  }
}

extension Affinities {
  /// KL(P‖Q) in nats of a map, and its gradient with the factor 4 (van der Maaten & Hinton 2008,
  /// equation 5), `[n, dimensions]`.
  ///
  /// - Parameters:
  ///   - map: `[n, 1…3]`.
  ///   - method: how the repulsion is computed; the divergence uses the same normaliser.
  ///   - degreesOfFreedom: α of the similarities (1 + d²/α)^−α.
  /// - Throws: `AnalysisError` where the map has other rows than P or more than three columns, or
  ///   the method can't do its dimensions.
  /// - Complexity: O(n²), or O(n log n) for Barnes–Hut and interpolation.
  public func divergence<Scalar: PointScalar>(
    at map: HostArray<Scalar>, method: TSNEGradient = .exact, degreesOfFreedom: Double = 1,
    threads: Int? = nil
  ) throws -> (value: Double, gradient: HostArray<Double>) {
    let map = try EmbeddingMap(map, points: count)
    var options = TSNEOptions()
    options.dimensions = map.dimensions
    options.degreesOfFreedom = degreesOfFreedom
    options.gradient = method
    try options.check()
    let divergence = Divergence(
      affinities: self, method: method, freedom: degreesOfFreedom, threads: threads)
    let gradient = try divergence.quarterGradient(at: map)
    return (
      divergence.value(at: map, normaliser: gradient.normaliser),
      HostArray(gradient.slopes.map { 4 * $0 }, shape: Shape([count, map.dimensions]))
    )
  }
}
