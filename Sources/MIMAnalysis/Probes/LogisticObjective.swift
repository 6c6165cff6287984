import Foundation

/// The penalised log loss of a linear classifier and its derivatives, in nats per row:
///
///     f(W) = 1/n Σ_i −log p(y_i | x_i) + l2/2n Σ_k ‖w_k‖²,     p(k | x) ∝ exp(w_k · x + b_k)
///
/// With two classes there is one score, and that of the first class is 0. Weights are laid out as the kernels take
/// them; the last column is the intercept, which has no penalty.
struct LogisticObjective: Sendable {
  let rows: BlockedRows
  let outputs: Int
  let tiles: Int
  /// l2/n.
  let penalty: Double
  private let labels: [Int32]
  private let hasReference: Bool
  private let threads: Int?

  /// - Parameter labels: 0 to `classes` − 1, each of which occurs.
  init(
    _ rows: BlockedRows, labels: [Int32], classes: Int, penalty: Double, threads: Int?
  ) {
    self.rows = rows
    self.labels = labels
    self.threads = threads
    hasReference = classes == 2
    outputs = classes == 2 ? 1 : classes
    tiles = BlockedRows.tiles(of: outputs)
    self.penalty = penalty / Double(max(1, rows.count))
  }

  /// The number of weights with those that fill the last tile.
  var size: Int { tiles * BlockedRows.tile * rows.columns }

  /// A place where the objective was computed.
  struct Point: Sendable {
    let weights: [Double]
    let value: Double
    let gradient: [Double]
    /// p(k | x) of every row and output, laid out as scores.
    let probabilities: [Double]
  }

  /// Value, gradient and probabilities at these weights.
  func point(at weights: [Double]) -> Point {
    let (lanes, width) = (BlockedRows.lanes, tiles * BlockedRows.tile)
    let (count, outputs, share) = (rows.count, outputs, 1 / Double(max(1, rows.count)))
    var probabilities = [Double](repeating: 0, count: rows.blocks * width * lanes)
    let (loss, gradient) = probabilities.withUnsafeMutableBufferPointer { probabilities in
      nonisolated(unsafe) let probabilities = probabilities
      return rows.accumulate(weights: weights, tiles: tiles, threads: threads) {
        first, blocks, scores in
        var sum = 0.0
        for place in 0..<blocks {
          let block = first + place
          let start = place * width * lanes
          let kept = block * width * lanes
          for lane in 0..<lanes {
            let row = block * lanes + lane
            guard row < count else {
              for output in 0..<outputs { scores[start + output * lanes + lane] = 0 }
              continue
            }
            var largest = hasReference ? 0 : -Double.infinity
            for output in 0..<outputs {
              largest = max(largest, scores[start + output * lanes + lane])
            }
            var total = hasReference ? exp(-largest) : 0
            let label = Int(labels[row]) - (hasReference ? 1 : 0)
            let own = label >= 0 ? scores[start + label * lanes + lane] : 0
            for output in 0..<outputs {
              let place = start + output * lanes + lane
              scores[place] = exp(scores[place] - largest)
              total += scores[place]
            }
            sum += log(total) + largest - own
            for output in 0..<outputs {
              let place = start + output * lanes + lane
              let probability = scores[place] / total
              probabilities[kept + output * lanes + lane] = probability
              scores[place] = (probability - (output == label ? 1 : 0)) * share
            }
          }
        }
        return sum
      }
    }
    var (value, full) = (loss * share, gradient)
    forEachWeight { place in
      value += 0.5 * penalty * weights[place] * weights[place]
      full[place] += penalty * weights[place]
    }
    return Point(weights: weights, value: value, gradient: full, probabilities: probabilities)
  }

  /// The product of the second derivative at a point with a direction.
  func curvature(at point: Point, along direction: [Double]) -> [Double] {
    let (lanes, width) = (BlockedRows.lanes, tiles * BlockedRows.tile)
    let (outputs, share) = (outputs, 1 / Double(max(1, rows.count)))
    var product = rows.accumulate(weights: direction, tiles: tiles, threads: threads) {
      first, blocks, scores in
      point.probabilities.withUnsafeBufferPointer { probabilities in
        for place in 0..<blocks {
          let start = place * width * lanes
          let kept = (first + place) * width * lanes
          for lane in 0..<lanes {
            var mean = 0.0
            for output in 0..<outputs {
              mean +=
                probabilities[kept + output * lanes + lane] * scores[start + output * lanes + lane]
            }
            for output in 0..<outputs {
              let place = start + output * lanes + lane
              scores[place] =
                probabilities[kept + output * lanes + lane] * (scores[place] - mean) * share
            }
          }
        }
      }
      return 0
    }.gradient
    forEachWeight { product[$0] += penalty * direction[$0] }
    return product
  }

  /// The mean of p(1 − p) of every output, which scales the second derivative.
  func spreads(at point: Point) -> [Double] {
    let (lanes, width) = (BlockedRows.lanes, tiles * BlockedRows.tile)
    return (0..<outputs).map { output in
      var sum = 0.0
      for block in 0..<rows.blocks {
        for lane in 0..<lanes {
          let p = point.probabilities[(block * width + output) * lanes + lane]
          sum += p * (1 - p)
        }
      }
      return sum / Double(max(1, rows.count))
    }
  }

  /// Calls `body` with the place of every weight that has a penalty.
  func forEachWeight(_ body: (Int) -> Void) {
    for output in 0..<outputs {
      for column in 0..<rows.columns - 1 { body(place(of: column, output)) }
    }
  }

  /// Where the weight of a column and an output lies.
  func place(of column: Int, _ output: Int) -> Int {
    (output / BlockedRows.tile * rows.columns + column) * BlockedRows.tile
      + output % BlockedRows.tile
  }
}
