import CKernels
import MIMCPU
import MIMTensor

/// UMAP's optimisation (McInnes et al. 2018, algorithm 5): pairs draw together as often as their weights say, and each time
/// five random points push.
///
/// umap-learn moves one pair after another, both its ends, which several threads can't do without their order showing in the
/// result. Here the points take turns in groups. Those of a group move at the same time, each through all its pairs and seeing
/// the others where they were before; then they draw their neighbours, one after another. No number of threads shows.
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
    let groups = reference == nil ? min(Self.groups(of: count), count) : 1
    var stream = RandomStream(seed: seed, stream: "UMAP")
    let key = stream.next()
    var moved = [Float](repeating: 0, count: (count + groups - 1) / groups * dimensions)
    let (slots, entries) = reference == nil ? slots(groups) : ([], 0)
    var draws = [Float](repeating: 0, count: entries * dimensions)
    var done = 0
    while done < epochs, !observer.shouldStop() {
      if observer.wantsFrame(done) {
        observer.onFrame(HostArray(points, shape: Shape([count, dimensions])), done)
      }
      for group in 0..<groups {
        let members = (count - group + groups - 1) / groups
        points.withUnsafeMutableBufferPointer { points in
          withEpoch(done, key, points, reference, slots) { epoch in
            move(group, groups, members, epoch, &moved, &draws)
            for member in 0..<members {
              let place = (group + member * groups) * dimensions
              for axis in 0..<dimensions {
                points[place + axis] = moved[member * dimensions + axis]
              }
            }
            if reference == nil {
              mim_umap_draw(epoch, group, groups, members, draws, points.baseAddress)
            }
          }
        }
      }
      done += 1
      observer.onEpoch(done, epochs)
    }
    return (points, done)
  }

  /// Where the draws of each point begin among those of its group, and the most entries that a group has.
  private func slots(_ groups: Int) -> (slots: [Int64], entries: Int) {
    var slots = [Int64](repeating: 0, count: offsets.count - 1)
    var most: Int64 = 0
    for group in 0..<groups {
      var end: Int64 = 0
      for point in stride(from: group, to: slots.count, by: groups) {
        slots[point] = end
        end += offsets[point + 1] - offsets[point]
      }
      most = max(most, end)
    }
    return (slots, Int(most))
  }

  private func move(
    _ group: Int, _ groups: Int, _ members: Int, _ epoch: UnsafePointer<mim_umap_epoch>,
    _ moved: inout [Float], _ draws: inout [Float]
  ) {
    moved.withUnsafeMutableBufferPointer { moved in
      draws.withUnsafeMutableBufferPointer { draws in
        nonisolated(unsafe) let (epoch, target) = (epoch, moved.baseAddress)
        nonisolated(unsafe) let draws = draws.isEmpty ? nil : draws.baseAddress
        inParallel(count: members, chunk: Self.chunk, threads: threads) { range in
          mim_umap_move(
            epoch, group + range.lowerBound * groups, groups, range.count,
            target.map { $0 + range.lowerBound * dimensions }, draws)
        }
      }
    }
  }

  private func withEpoch(
    _ done: Int, _ key: UInt64, _ points: UnsafeMutableBufferPointer<Float>,
    _ reference: [Float]?, _ slots: [Int64], _ body: (UnsafePointer<mim_umap_epoch>) -> Void
  ) {
    offsets.withUnsafeBufferPointer { offsets in
      columns.withUnsafeBufferPointer { columns in
        shares.withUnsafeBufferPointer { shares in
          (reference ?? []).withUnsafeBufferPointer { fixed in
            slots.withUnsafeBufferPointer { slots in
              let around = reference == nil ? UnsafeBufferPointer(points) : fixed
              var epoch = mim_umap_epoch(
                offsets: offsets.baseAddress, columns: columns.baseAddress,
                shares: shares.baseAddress, points: points.baseAddress,
                reference: around.baseAddress, reference_count: around.count / dimensions,
                dimensions: dimensions, slots: slots.baseAddress, a: Float(curve.a),
                b: Float(curve.b), rate: Float(rate * (1 - Double(done) / Double(epochs))),
                epoch: Int64(done + 1), key: mim_umap_mix(key &+ UInt64(done)))
              withUnsafePointer(to: &epoch, body)
            }
          }
        }
      }
    }
  }
}
