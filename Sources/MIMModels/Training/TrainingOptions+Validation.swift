extension TrainingOptions {
  /// Throws `ModelError.unusableTrainingOption` naming the first value that can't be used.
  public func validate() throws {
    try require(1...10_000_000, "epochs", epochs)
    try require(1...1_000_000, "batch", batch)
    try require(0...10_000_000, "warmup", warmup)
    try require(0...10_000_000, "warmup_beta", betaWarmup)
    try require(0...10_000_000, "patience", patience ?? 0)
    try require(1...1024, "threads", threads)
    guard learningRate.isFinite, learningRate > 0, learningRate <= 1000 else {
      throw ModelError.unusableTrainingOption(
        name: "lr", value: "\(learningRate)", reason: "it must be a positive number, at most 1000")
    }
  }

  /// Throws `unusableTrainingOption` unless each of `ranks` gets as many items of a batch.
  func requireDivisible(by ranks: Int) throws {
    guard !batch.isMultiple(of: ranks) else { return }
    let below = batch / ranks * ranks
    let sizes = (below > 0 ? "batch=\(below) or " : "") + "batch=\(below + ranks)"
    throw ModelError.unusableTrainingOption(
      name: "batch", value: "\(batch)",
      reason: "it must be divisible by the \(ranks) ranks; use \(sizes), or another number of ranks"
    )
  }

  private func require(_ range: ClosedRange<Int>, _ name: String, _ value: Int) throws {
    guard range.contains(value) else {
      throw ModelError.unusableTrainingOption(
        name: name, value: "\(value)",
        reason: "it must be between \(range.lowerBound) and \(range.upperBound)")
    }
  }
}
