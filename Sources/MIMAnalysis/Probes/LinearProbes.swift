extension ProbeKind {
  /// Logistic regression for classes, least squares for numbers.
  static let linear = ProbeKind(
    name: "linear", summary: "logistic regression of classes, least squares of numbers",
    settings: [
      Setting(
        "l2", usual: 1, in: 1e-9...1e9, isWhole: false,
        "classes: l2/2 ‖w‖² is added to the summed log loss (scikit-learn's 1/C)")
    ],
    method: { target, settings in
      guard case .classes = target else { return "least squares" }
      return "logistic, l2 = \((settings["l2"] ?? 1).plainText)"
    },
    predict: { task in
      switch task.target {
      case .classes(let labels, let count):
        let fit = try LogisticRegression(
          task.train, labels: labels, l2: task.number("l2", 1), standardises: false,
          threads: task.threads, shouldStop: task.shouldStop)
        let found = fit.probabilities(of: task.test)
        return .probabilities(
          found.spread(from: fit.classes.map { Int($0) }, rows: task.test.rows, to: count))
      case .numbers(let numbers):
        let fit = try LinearRegression(
          task.train, targets: [numbers], l2: 0, standardises: false, threads: task.threads)
        return .numbers(fit.predictions(of: task.test)[0])
      }
    })

  /// Ridge regression; classes as 1 among −1 (scikit-learn's `RidgeClassifier`).
  static let ridge = ProbeKind(
    name: "ridge", summary: "least squares with l2 ‖w‖²; classes as 1 among −1",
    settings: [
      Setting("l2", usual: 1, in: 0...1e9, isWhole: false, "the penalty (scikit-learn's alpha)")
    ],
    method: { _, settings in "ridge, l2 = \((settings["l2"] ?? 1).plainText)" },
    predict: { task in
      let l2 = task.number("l2", 1)
      switch task.target {
      case .classes(let labels, let count):
        let fit = try LinearRegression(
          task.train,
          targets: (0..<count).map { label in labels.map { Int($0) == label ? 1 : -1 } }, l2: l2,
          standardises: false, threads: task.threads)
        let found = fit.predictions(of: task.test)
        return .scores((0..<task.test.rows).flatMap { row in found.map { $0[row] } })
      case .numbers(let numbers):
        let fit = try LinearRegression(
          task.train, targets: [numbers], l2: l2, standardises: false, threads: task.threads)
        return .numbers(fit.predictions(of: task.test)[0])
      }
    })
}

extension [Double] {
  /// Row-major columns at their places among more of them, 0 elsewhere: classes that a fold lacks.
  fileprivate func spread(from places: [Int], rows: Int, to width: Int) -> [Double] {
    guard places.count < width else { return self }
    var spread = [Double](repeating: 0, count: rows * width)
    for row in 0..<rows {
      for (index, place) in places.enumerated() {
        spread[row * width + place] = self[row * places.count + index]
      }
    }
    return spread
  }
}

extension Double {
  /// Without a needless ".0".
  var plainText: String { Int(exactly: self).map { "\($0)" } ?? "\(self)" }
}
