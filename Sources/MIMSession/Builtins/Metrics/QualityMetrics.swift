import MIMAnalysis
import MIMScript
import MIMTensor

/// Numbers that judge codes without labels.
extension EvaluationMetric {
  /// The rank of the codes by the entropy of their singular values.
  static let rankMe = EvaluationMetric(
    word: WordSpec("rankme", "directions that the codes use, 1 to z (RankMe, Garrido et al. 2023)")
  ) { run, _ in
    let codes = try run.codes()
    let value = try MIMAnalysis.effectiveRank(
      of: codes.values, isCentred: false, epsilon: 1e-7, threads: run.call.threads)
    return [
      EvaluationObject.Measure(
        "rankme", value, count: codes.count,
        method: "RankMe of codes in \(codes.width) dimensions")
    ]
  }

  /// The same of centred codes.
  static let effectiveRank = EvaluationMetric(
    word: WordSpec(
      "effective_rank", "the same of centred codes (Roy & Vetterli 2007): a common shift is none")
  ) { run, _ in
    let codes = try run.codes()
    let value = try MIMAnalysis.effectiveRank(
      of: codes.values, isCentred: true, threads: run.call.threads)
    return [
      EvaluationObject.Measure(
        "effective_rank", value, count: codes.count,
        method: "effective rank of centred codes in \(codes.width) dimensions")
    ]
  }

  /// The intrinsic dimension by two neighbours.
  static let twoNN = EvaluationMetric(
    word: WordSpec("twonn", "intrinsic dimension by two neighbours (Facco et al. 2017)")
  ) { run, _ in
    let codes = try run.codes()
    let found = try MIMAnalysis.twoNearestNeighborDimension(
      of: codes.values, threads: run.call.threads)
    return [
      EvaluationObject.Measure(
        "twonn", found.value, standardError: found.standardError, count: found.count,
        method: "TwoNN of codes, the largest tenth of the ratios left out")
    ]
  }

  /// The intrinsic dimension by maximum likelihood.
  static let levinaBickel = EvaluationMetric(
    word: WordSpec(
      "mle_dim",
      parameters: [Parameter("k", .integer(2...1000), default: .number(20), "neighbours")],
      "intrinsic dimension by maximum likelihood (Levina & Bickel 2005)")
  ) { run, word in
    let codes = try run.codes()
    let k = word.value("k", at: 0)?.asInteger ?? 20
    let found = try MIMAnalysis.maximumLikelihoodDimension(
      of: codes.values, k: k, threads: run.call.threads)
    return [
      EvaluationObject.Measure(
        "mle_dim", found.value, standardError: found.standardError, count: found.count,
        method: "Levina–Bickel of codes, k = \(k), inverses averaged")
    ]
  }

  /// How evenly codes cover the sphere.
  static let uniformity = EvaluationMetric(
    word: WordSpec(
      "uniformity",
      parameters: [
        Parameter("t", .number(1e-6...1e6), default: .number(2), "the sharpness of the kernel")
      ], "log mean exp(−t‖u−v‖²) of codes on the sphere; lower is more even (Wang & Isola 2020)")
  ) { run, word in
    let codes = try run.codes()
    let t = word.value("t", at: 0)?.asNumber ?? 2
    let value = try MIMAnalysis.uniformity(of: codes.values, t: t, threads: run.call.threads)
    return [
      EvaluationObject.Measure(
        "uniformity", value, count: codes.count,
        method: "codes divided by their norms, t = \(t.text())"
      )
    ]
  }

  /// How near two codes of one item lie on the sphere.
  static let alignment = EvaluationMetric(
    word: WordSpec(
      "alignment",
      "mean ‖u−v‖² of two draws z ~ q(z|x) on the sphere, 0 to 4 (Wang & Isola 2020)")
  ) { run, _ in
    let (first, second) = try run.twoDraws()
    let found = try MIMAnalysis.alignment(of: first, with: second)
    return [
      EvaluationObject.Measure(
        "alignment", found.value, standardError: found.standardError, count: first.rowCount,
        method: "two draws of each item's q(z|x), divided by their norms")
    ]
  }

  /// The skewness of how often codes are neighbours.
  static let hubness = EvaluationMetric(
    word: WordSpec(
      "hubness",
      parameters: [Parameter("k", .integer(1...100_000), default: .number(10), "neighbours")],
      "skewness of how often a code is a neighbour; 0: no hubs (Radovanović et al. 2010)")
  ) { run, word in
    let codes = try run.codes()
    let k = word.value("k", at: 0)?.asInteger ?? 10
    let found = try MIMAnalysis.hubness(of: codes.values, k: k, threads: run.call.threads)
    return [
      EvaluationObject.Measure(
        "hubness", found.skewness, count: codes.count,
        method: "skewness of N_k, k = \(k); largest N_k \(found.largest), "
          + "\((100 * found.orphans).text(3)) % are no one's neighbour")
    ]
  }
}

extension Evaluation {
  /// Two draws of every item's code.
  fileprivate func twoDraws() throws -> (HostArray<Float>, HostArray<Float>) {
    func draw(_ seed: UInt64) throws -> HostArray<Float> {
      try call.located(at: "#1") {
        try model.model.encode(
          values, labels: items.split.labels, seed: seed, threads: call.threads
        ).draws
      }
    }
    return (try draw(call.seed), try draw(call.seed &+ 1))
  }
}
