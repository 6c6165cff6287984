import MIMAnalysis
import MIMModels
import MIMTensor

extension InformationEstimator {
  /// The estimators that train a critic, one for each bound.
  static let trained: [InformationEstimator] = NeuralEstimator.allCases.map(critic)

  /// Every estimator of two variables that `mi` offers.
  static let pairTable: [InformationEstimator] = table + trained

  /// A critic trained on one half of the rows and measured on the other, as in the Beyond-Normal benchmark.
  private static func critic(_ bound: NeuralEstimator) -> InformationEstimator {
    InformationEstimator(
      name: bound.rawValue, summary: bound.summary,
      settings: [
        Setting("steps", usual: 10_000, in: 1...10_000_000, "the most optimiser steps"),
        Setting("batch", usual: 256, in: 2...65_536, "pairs in a batch; fewer for few rows"),
        Setting(
          "width", usual: 16, in: 1...4_096, "width of the first hidden layer; the second: half"),
        Setting("lr", usual: 5e-3, in: 1e-9...1, isWhole: false, "Adam's learning rate"),
      ], kind: .anything, relativeCost: 20, isTrained: true
    ) { sample, values in
      var options = NeuralEstimatorOptions()
      options.split = .halves
      options.steps = values.integer("steps", 10_000)
      let largest = max(2, sample.count / 10)
      options.batch = min(values.integer("batch", 256), largest)
      let width = values.integer("width", 16)
      options.hidden = [width, max(1, width / 2)]
      options.learningRate = values.number("lr", 5e-3)
      options.seed = values.seed
      options.threads = values.threads ?? 1
      let limit = options.steps
      var wasStopped = false
      let found = try neuralMutualInformation(
        sample.x.criticInputs, sample.y.criticInputs, by: bound, options: options,
        shouldStop: { wasStopped },
        onStep: { step in
          if step % 50 == 0 { wasStopped = !values.onStep(Double(step) / Double(limit)) }
        })
      guard let found else { throw CancellationError() }
      var terms = InformationTerms(
        value: found.value, ceiling: found.ceiling,
        method:
          "\(bound.title), best look at step \(found.bestStep), batch \(found.batch), measured on "
          + "\(found.count) rows")
      terms.standardError = found.standardError
      if let warning = found.warning { terms.warnings.append(warning) }
      return terms
    }
  }
}

extension InformationVariable {
  /// The coordinates as a network takes them, `[n, d]`; of classes a column for each.
  fileprivate var criticInputs: HostArray<Float> {
    guard let classes else {
      return HostArray(values.map { Float($0) }, shape: [count, dimensions])
    }
    let width = Int(classes.max() ?? 0) + 1
    return HostArray(
      classes.flatMap { label in (0..<width).map { $0 == Int(label) ? Float(1) : 0 } },
      shape: [count, width])
  }
}

extension NeuralEstimator {
  /// One line for help.
  fileprivate var summary: String {
    switch self {
    case .mine:
      "a trained critic, Donsker & Varadhan's bound, corrected gradient (Belghazi et al. 2018)"
    case .donskerVaradhan: "a trained critic, Donsker & Varadhan's bound"
    case .nguyenWainwrightJordan:
      "a trained critic, the bound of Nguyen, Wainwright & Jordan (2010)"
    case .infoNCE:
      "a trained critic, the contrastive bound, at most log n/2 (van den Oord et al. 2018)"
    case .jensenShannon: "a critic trained by the Jensen–Shannon divergence (Hjelm et al. 2019)"
    }
  }

  /// Its name in results.
  fileprivate var title: String {
    switch self {
    case .mine: "MINE"
    case .donskerVaradhan: "Donsker–Varadhan"
    case .nguyenWainwrightJordan: "NWJ"
    case .infoNCE: "InfoNCE"
    case .jensenShannon: "Jensen–Shannon"
    }
  }
}
