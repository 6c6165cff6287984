import Foundation
import MIMCPU

/// Finds for each point the width of its normal kernel: the precision β at which the conditional
/// probabilities p(j|i) ∝ exp(−β·d²ᵢⱼ) have the entropy log(perplexity).
struct Calibration: Sendable {
  let perplexity: Double
  /// The neighbours of each point.
  let width: Int

  /// Bisection ends when the entropy is this close, as scikit-learn's does, so that both stop at
  /// the same β.
  private static let tolerance = 1e-5
  private static let steps = 100

  /// The rows of conditional probabilities, each summing to 1, `[count, width]`;
  /// `squaredDistances` fills those of one row.
  func conditionals(
    count: Int, threads: Int?,
    squaredDistances: @Sendable (Int, UnsafeMutableBufferPointer<Double>) -> Void
  ) -> [Double] {
    var probabilities = [Double](repeating: 0, count: count * width)
    probabilities.withUnsafeMutableBufferPointer { probabilities in
      nonisolated(unsafe) let probabilities = probabilities
      inParallel(count: count, chunk: 64, threads: threads) { range in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { squares in
          for row in range {
            squaredDistances(row, squares)
            let target = probabilities[row * width..<(row + 1) * width]
            calibrate(squares, UnsafeMutableBufferPointer(rebasing: target))
          }
        }
      }
    }
    return probabilities
  }

  private func calibrate(
    _ squares: UnsafeMutableBufferPointer<Double>,
    _ probabilities: UnsafeMutableBufferPointer<Double>
  ) {
    // Only differences matter; without this, distances that are large but alike underflow.
    let nearest = squares.min() ?? 0
    for place in squares.indices { squares[place] -= nearest }
    let wanted = log(perplexity)
    var (precision, smallest, largest) = (1.0, 0.0, Double.infinity)
    for _ in 0..<Self.steps {
      let excess = entropy(squares, precision, probabilities) - wanted
      if abs(excess) <= Self.tolerance { return }
      if excess > 0 {
        smallest = precision
        precision = largest.isInfinite ? precision * 2 : (precision + largest) / 2
      } else {
        largest = precision
        precision = (precision + smallest) / 2
      }
    }
  }

  /// Fills in p(j|i) at a precision and returns their entropy in nats.
  private func entropy(
    _ squares: UnsafeMutableBufferPointer<Double>, _ precision: Double,
    _ probabilities: UnsafeMutableBufferPointer<Double>
  ) -> Double {
    var (sum, weighted) = (0.0, 0.0)
    for place in squares.indices {
      let value = exp(-squares[place] * precision)
      probabilities[place] = value
      sum += value
      weighted += value * squares[place]
    }
    for place in squares.indices { probabilities[place] /= sum }
    return log(sum) + precision * weighted / sum
  }
}
