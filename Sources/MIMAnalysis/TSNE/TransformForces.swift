import Foundation

/// The gradient of new points in an embedding that doesn't move.
final class TransformForces {
  private static let reportInterval = 50
  /// New points may leave the embedding's box by so much of its width.
  private static let padding = 0.25

  private let affinities: Affinities
  private let reference: EmbeddingMap
  private let field: Field
  private let method: TSNEGradient
  private let freedom: Double
  private let threads: Int?
  private let lower: [Double]
  private let upper: [Double]

  /// What the embedded points are kept as.
  private enum Field {
    case points
    case tree(CellTree, theta: Double)
    case grid(KernelGrid)
  }

  init(affinities: Affinities, reference: EmbeddingMap, options: TSNETransformOptions) throws {
    self.affinities = affinities
    self.reference = reference
    freedom = options.degreesOfFreedom
    threads = options.threads
    method =
      options.gradient ?? .chosen(points: reference.count, dimensions: reference.dimensions)
    let bounds = reference.bounds
    let width = zip(bounds.lower, bounds.upper).map { $1 - $0 }.max() ?? 0
    lower = bounds.lower.map { $0 - Self.padding * width }
    upper = bounds.upper.map { $0 + Self.padding * width }
    switch method {
    case .exact: field = .points
    case .barnesHut(let theta): field = .tree(CellTree(reference), theta: theta)
    case .interpolation:
      let grid = try KernelGrid(
        size: KernelGrid.Size(width: width * (1 + 2 * Self.padding), freedom: freedom),
        dimensions: reference.dimensions, kernel: StudentKernel(freedom: freedom),
        threads: options.threads)
      grid.spread(reference, lower: lower, threads: options.threads)
      field = .grid(grid)
    }
  }

  private func repulsion(on map: EmbeddingMap) -> Repulsion {
    switch field {
    case .points: .exact(of: map, by: reference, freedom: freedom, threads: threads)
    case .tree(let tree, let theta):
      .barnesHut(of: map, by: tree, theta: theta, freedom: freedom, threads: threads)
    case .grid(let grid): grid.sums(of: map, count: reference.count, threads: threads)
    }
  }

  func descend(
    from start: EmbeddingMap, options: TSNETransformOptions, observer: TSNEObserver
  ) -> TSNETransformResult {
    var descent = Descent(from: start)
    var done = 0
    while done < options.iterations, !observer.shouldStop() {
      let repulsion = repulsion(on: descent.map)
      done += 1
      if done % Self.reportInterval == 0 || done == options.iterations {
        observer.onReport(
          TSNEReport(
            iteration: done, iterations: options.iterations,
            klDivergence: divergence(at: descent.map, repulsion)))
      }
      descent.step(
        along: slopes(at: descent.map, repulsion, options), rate: options.learningRate,
        momentum: options.momentum, longest: .infinity)
      descent.clamp(lower: lower, upper: upper)
      observer.onIteration(done, options.iterations)
    }
    return TSNETransformResult(
      embedding: descent.map.array,
      klDivergence: divergence(at: descent.map, repulsion(on: descent.map)), iterations: done,
      isComplete: done == options.iterations, gradient: method)
  }

  /// ¼·∂KL(Pᵢ‖Qᵢ)/∂yᵢ of each point, no longer than allowed.
  private func slopes(
    at map: EmbeddingMap, _ repulsion: Repulsion, _ options: TSNETransformOptions
  ) -> [Double] {
    var slopes = affinities.attraction(
      of: map, by: reference, freedom: freedom, threads: threads)
    let dimensions = map.dimensions
    for point in 0..<map.count {
      let normaliser = max(repulsion.similarities[point], .leastNormalMagnitude)
      let places = point * dimensions..<(point + 1) * dimensions
      for place in places {
        slopes[place] =
          options.exaggeration * slopes[place] - repulsion.forces[place] / normaliser
      }
      let length = places.reduce(0) { $0 + slopes[$1] * slopes[$1] }.squareRoot()
      guard length > options.largestGradient else { continue }
      for place in places { slopes[place] *= options.largestGradient / length }
    }
    return slopes
  }

  private func divergence(at map: EmbeddingMap, _ repulsion: Repulsion) -> Double {
    let surprisals = affinities.surprisal(
      of: map, by: reference, freedom: freedom, threads: threads)
    let sum = surprisals.indices.reduce(0) {
      $0 + freedom * surprisals[$1]
        + log(max(repulsion.similarities[$1], .leastNormalMagnitude))
    }
    let entropies = affinities.values.reduce(0) { $1 > 0 ? $0 + $1 * log($1) : $0 }
    return (sum + entropies) / Double(map.count)
  }
}
