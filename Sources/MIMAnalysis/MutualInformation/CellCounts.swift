import Foundation

/// How often each cell or class occurs.
struct CellCounts: Sendable {
  /// The occurrences of every cell that occurs.
  let occurrences: [Int]
  /// The number of draws.
  let total: Int

  /// Counts equal elements; their order decides that of `occurrences`, so that sums are reproducible.
  init<Cell: Hashable>(_ cells: [Cell]) {
    var places: [Cell: Int] = [:]
    var occurrences: [Int] = []
    for cell in cells {
      if let place = places[cell] {
        occurrences[place] += 1
      } else {
        places[cell] = occurrences.count
        occurrences.append(1)
      }
    }
    self.occurrences = occurrences
    total = cells.count
  }

  /// The entropy with Miller's correction (K − 1)/2N, in nats.
  var correctedEntropy: Double {
    entropy + Double(occurrences.count - 1) / Double(2 * max(1, total))
  }

  /// −Σ p log p of the frequencies, in nats.
  var entropy: Double {
    occurrences.reduce(0) { sum, count in
      let share = Double(count) / Double(total)
      return sum - share * log(share)
    }
  }
}
