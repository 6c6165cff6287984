extension ProbeKind {
  /// k nearest neighbours: the share of votes, or the mean of their numbers.
  static let nearestNeighbors = ProbeKind(
    name: "knn", summary: "k nearest neighbours: their votes, or their mean",
    settings: [Setting("k", usual: 5, in: 1...100_000, "neighbours")],
    method: { _, settings in "\((settings["k"] ?? 5).plainText)-NN" },
    predict: { task in
      let k = Int(task.number("k", 5))
      let found = try MIMAnalysis.nearestNeighbors(
        of: task.test, in: task.train, count: k, norm: .euclidean, excludesSelf: false,
        threads: task.threads)
      let indices = found.indices.elements
      let neighbors = (0..<task.test.rows).map { row in
        indices[row * k..<(row + 1) * k].map { Int($0) }
      }
      switch task.target {
      case .classes(let labels, let count):
        var votes = [Double](repeating: 0, count: task.test.rows * count)
        for (row, own) in neighbors.enumerated() {
          for neighbor in own { votes[row * count + Int(labels[neighbor])] += 1 / Double(k) }
        }
        return .probabilities(votes)
      case .numbers(let numbers):
        return .numbers(
          neighbors.map { own in own.reduce(0) { $0 + numbers[$1] } / Double(k) })
      }
    })
}
