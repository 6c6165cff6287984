import MIMTensor

/// The optimisation of a map: early exaggeration, then the rest of the schedule.
struct TSNEOptimization {
  private static let reportInterval = 50

  let divergence: Divergence
  let options: TSNEOptions
  let observer: TSNEObserver

  init(
    _ affinities: Affinities, method: TSNEGradient, options: TSNEOptions, observer: TSNEObserver
  ) {
    divergence = Divergence(
      affinities: affinities, method: method, freedom: options.degreesOfFreedom,
      threads: options.threads)
    self.options = options
    self.observer = observer
  }

  /// - Throws: `AnalysisError.noMemory` where the system has none left for the grid.
  func run(from start: EmbeddingMap) throws -> TSNEResult {
    var descent = Descent(from: start)
    var history: [TSNEReport] = []
    var done = 0
    while done < options.iterations, !observer.shouldStop() {
      let exaggeration =
        done < options.earlyExaggerationIterations
        ? options.earlyExaggeration : options.lateExaggeration
      let gradient = try divergence.quarterGradient(at: descent.map, exaggeration: exaggeration)
      if observer.wantsFrame(done) {
        observer.onFrame(
          TSNEFrame(
            embedding: descent.map.array, iteration: done,
            klDivergence: divergence.value(at: descent.map, normaliser: gradient.normaliser)))
      }
      let iteration = done + 1
      if iteration % Self.reportInterval == 0 || iteration == options.iterations {
        let report = TSNEReport(
          iteration: iteration, iterations: options.iterations,
          klDivergence: divergence.value(at: descent.map, normaliser: gradient.normaliser))
        history.append(report)
        observer.onReport(report)
      }
      descent.step(
        along: gradient.slopes,
        rate: options.learningRate ?? Double(descent.map.count) / exaggeration,
        momentum: options.momentum, longest: options.maximumStep)
      descent.center()
      done = iteration
      observer.onIteration(done, options.iterations)
    }
    return try result(descent.map, done, history)
  }

  private func result(
    _ map: EmbeddingMap, _ done: Int, _ history: [TSNEReport]
  ) throws -> TSNEResult {
    // All pairs take many times as long as an iteration: who stops the work does not wait for that.
    let value =
      try done == options.iterations
      ? divergence.exactValue(at: map)
      : divergence.value(
        at: map, normaliser: divergence.quarterGradient(at: map, exaggeration: 1).normaliser)
    return TSNEResult(
      embedding: map.array, klDivergence: value, iterations: done,
      isComplete: done == options.iterations, history: history, gradient: divergence.method,
      options: options)
  }
}
