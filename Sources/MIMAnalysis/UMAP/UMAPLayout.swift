import CKernels
import MIMCPU
import MIMTensor

/// UMAP's optimisation (McInnes et al. 2018, algorithm 5): pairs draw together as often as their weights say, and each time
/// five random points push.
///
/// umap-learn moves one pair after another, which several threads can't do without their order showing in the result. Here
/// the points take turns in groups: those of a group move at the same time, each through all its pairs and seeing the others
/// where they were before. Both ends of a pair so move as far as they do there, and no number of threads shows.
struct UMAPLayout {
  /// The groups: many, so that points see where others have gone, each with work for several threads.
  private static func groups(of points: Int) -> Int { min(64, max(8, points / 1_024)) }
  private static let chunk = 64

  let offsets: [Int64]
  let columns: [Int32]
  /// The weights divided by the largest.
  let shares: [Float]
  let curve: SimilarityCurve
  let dimensions: Int
  let epochs: Int
  /// The step size of the first epoch; it falls to 0 in a line.
  let rate: Double
  let seed: UInt64
  let threads: Int?

  init(
    offsets: [Int64], columns: [Int32], weights: [Double], curve: SimilarityCurve,
    dimensions: Int, epochs: Int, rate: Double, seed: UInt64, threads: Int?
  ) {
    self.offsets = offsets
    self.columns = columns
    let largest = max(weights.max() ?? 0, .leastNormalMagnitude)
    shares = weights.map { Float($0 / largest) }
    self.curve = curve
    self.dimensions = dimensions
    self.epochs = epochs
    self.rate = rate
    self.seed = seed
    self.threads = threads
  }

  /// Moves points from a start.
  ///
  /// - Parameters:
  ///   - start: `[n, dimensions]`.
  ///   - reference: points that don't move and that the columns name; `nil`: the moving points themselves.
  /// - Returns: where the points are, and the epochs done.
  func run(
    from start: [Float], around reference: [Float]? = nil, observer: UMAPObserver
  ) -> (points: [Float], epochs: Int) {
    var points = start
    let count = offsets.count - 1
    let groups = reference == nil ? Self.groups(of: count) : 1
    var stream = RandomStream(seed: seed, stream: "UMAP")
    let key = stream.next()
    var moved = [Float](repeating: 0, count: (count + groups - 1) / groups * dimensions)
    var done = 0
    while done < epochs, !observer.shouldStop() {
      if observer.wantsFrame(done) {
        observer.onFrame(HostArray(points, shape: Shape([count, dimensions])), done)
      }
      for group in 0..<min(groups, count) {
        let members = (count - group + groups - 1) / groups
        points.withUnsafeBufferPointer { points in
          (reference ?? []).withUnsafeBufferPointer { fixed in
            withEpoch(done, key, points, reference == nil ? nil : fixed) { epoch in
              move(group, groups, members, epoch, &moved)
            }
          }
        }
        for member in 0..<members {
          let place = (group + member * groups) * dimensions
          for axis in 0..<dimensions { points[place + axis] = moved[member * dimensions + axis] }
        }
      }
      done += 1
      observer.onEpoch(done, epochs)
    }
    return (points, done)
  }

  private func move(
    _ group: Int, _ groups: Int, _ members: Int, _ epoch: UnsafePointer<mim_umap_epoch>,
    _ moved: inout [Float]
  ) {
    moved.withUnsafeMutableBufferPointer { moved in
      nonisolated(unsafe) let (epoch, target) = (epoch, moved.baseAddress)
      inParallel(count: members, chunk: Self.chunk, threads: threads) { range in
        mim_umap_move(
          epoch, group + range.lowerBound * groups, groups, range.count,
          target.map { $0 + range.lowerBound * dimensions })
      }
    }
  }

  private func withEpoch(
    _ done: Int, _ key: UInt64, _ points: UnsafeBufferPointer<Float>,
    _ reference: UnsafeBufferPointer<Float>?, _ body: (UnsafePointer<mim_umap_epoch>) -> Void
  ) {
    offsets.withUnsafeBufferPointer { offsets in
      columns.withUnsafeBufferPointer { columns in
        shares.withUnsafeBufferPointer { shares in
          let around = reference ?? points
          var epoch = mim_umap_epoch(
            offsets: offsets.baseAddress, columns: columns.baseAddress,
            shares: shares.baseAddress, points: points.baseAddress,
            reference: around.baseAddress, reference_count: around.count / dimensions,
            dimensions: dimensions, is_same: reference == nil, a: Float(curve.a),
            b: Float(curve.b), rate: Float(rate * (1 - Double(done) / Double(epochs))),
            epoch: Int64(done + 1), key: mim_umap_mix(key &+ UInt64(done)))
          withUnsafePointer(to: &epoch, body)
        }
      }
    }
  }
}
