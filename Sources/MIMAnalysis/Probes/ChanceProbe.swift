extension ProbeKind {
  /// What is right without any feature: the shares of the classes, or the mean.
  public static let chance = ProbeKind(
    name: "chance", summary: "the most frequent class, or the mean",
    settings: [],
    method: { target, _ in
      if case .classes = target { "most frequent class" } else { "mean" }
    },
    predict: { task in
      let rows = task.test.rows
      switch task.target {
      case .classes(let labels, let count):
        var shares = [Double](repeating: 0, count: count)
        for label in labels { shares[Int(label)] += 1 / Double(labels.count) }
        return .probabilities((0..<rows).flatMap { _ in shares })
      case .numbers(let numbers):
        let mean = numbers.reduce(0, +) / Double(numbers.count)
        return .numbers([Double](repeating: mean, count: rows))
      }
    })
}
