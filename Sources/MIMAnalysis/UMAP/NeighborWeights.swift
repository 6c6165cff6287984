import Foundation
import MIMCPU

/// How strongly each point is joined to each of its neighbours, 0…1: exp(−max(0, d − ρ)/σ), where ρ is the distance to the
/// nearest one that isn't at the same place, and σ makes the weights sum to log₂ k (McInnes et al. 2018, section 3.1,
/// with umap-learn's details).
package struct NeighborWeights: Sendable {
  /// The distances, `[count, width]`, nearest first.
  let distances: [Double]
  let width: Int
  /// k
  let neighbors: Int
  /// Embedded points: ρ is the nearest distance, and every neighbour is in the sum. New points: ρ is 0, and the nearest is left
  /// out of the sum.
  let isEmbedded: Bool

  /// Distances of rows of `width` neighbours.
  package init(distances: [Double], width: Int, neighbors: Int, isEmbedded: Bool) {
    self.distances = distances
    self.width = width
    self.neighbors = neighbors
    self.isEmbedded = isEmbedded
  }

  private static let tolerance = 1e-5
  private static let steps = 64
  /// σ is at least this share of the mean distance.
  private static let smallestShare = 1e-3

  /// The weights, `[count, width]`.
  package func values(threads: Int?) -> [Double] {
    let count = distances.count / width
    // The point itself, at distance 0, is one of the k.
    let itself = isEmbedded ? 1 : 0
    let mean = distances.reduce(0, +) / Double(count * (width + itself))
    return [Double](unsafeUninitializedCapacity: distances.count) { weights, initialized in
      nonisolated(unsafe) let weights = weights
      inParallel(count: count, chunk: 256, threads: threads) { rows in
        for row in rows {
          let places = row * width..<(row + 1) * width
          let own = distances[places]
          let nearest = isEmbedded ? own.first { $0 > 0 } ?? 0 : 0
          let local = own.reduce(0, +) / Double(width + itself)
          let scale = max(
            scale(own, nearest: nearest), Self.smallestShare * (nearest > 0 ? local : mean))
          for place in places {
            let beyond = distances[place] - nearest
            weights[place] = beyond <= 0 || scale == 0 ? 1 : exp(-beyond / scale)
          }
        }
      }
      initialized = distances.count
    }
  }

  /// σ by bisection.
  private func scale(_ distances: ArraySlice<Double>, nearest: Double) -> Double {
    let counted = isEmbedded ? distances : distances.dropFirst()
    let wanted = log2(Double(neighbors))
    var (low, high, middle) = (0.0, Double.infinity, 1.0)
    for _ in 0..<Self.steps {
      let sum = counted.reduce(0.0) { sum, distance in
        let beyond = distance - nearest
        return sum + (beyond > 0 ? exp(-beyond / middle) : 1)
      }
      if abs(sum - wanted) < Self.tolerance { break }
      if sum > wanted {
        high = middle
        middle = (low + high) / 2
      } else {
        low = middle
        middle = high.isInfinite ? middle * 2 : (low + high) / 2
      }
    }
    return middle
  }
}
