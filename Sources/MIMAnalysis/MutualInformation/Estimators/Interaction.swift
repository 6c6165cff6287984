extension InformationEstimator {
  /// The interaction of three variables, I(x; y | z) − I(x; y) (McGill 1954, Psychometrika 19, 97–116), in
  /// nats: above 0 where z shows what x and y say only together (as in x xor y), below 0 where it tells
  /// what they share. Both parts by k nearest neighbours, `conditional` and `ksg`.
  static let interaction = interaction(
    conditional, ksg, summary: "k nearest neighbours (Frenzel & Pompe 2007; Kraskov et al. 2004)")

  /// The interaction of classes and numbers, and where numbers repeat; I(x; y) is measured in the same way, with a z that never changes.
  static let interactionMixture = interaction(
    conditionalMixture, plainMixture, summary: conditionalMixture.summary)

  private static let plainMixture = InformationEstimator(
    name: "mixture", summary: conditionalMixture.summary, settings: [.neighbors], kind: .anything
  ) { sample, values in
    let constant = InformationVariable(
      table: PointTable(
        checked: [Double](repeating: 0, count: sample.count), dimensions: 1, quantity: "nothing"),
      name: "nothing")
    return try conditionalMixture.estimate(
      InformationSample(x: sample.x, y: sample.y, condition: constant, others: []), values)
  }

  /// The interaction of jointly normal variables.
  static let interactionGaussian = interaction(
    conditionalGaussian, gaussian, summary: "as of jointly normal variables")

  /// The interaction of classes by counts.
  static let interactionCounts = interaction(
    conditionalCounts, binned,
    summary: "counts in cells, with the Miller–Madow correction; exact classes")

  private static func interaction(
    _ given: InformationEstimator, _ plain: InformationEstimator, summary: String
  ) -> InformationEstimator {
    var estimator = InformationEstimator(
      name: given.name, summary: summary, settings: given.settings, kind: given.kind,
      takesCondition: true, hasShare: false
    ) { sample, values in
      let first = try given.estimate(sample, values)
      let pair = InformationSample(x: sample.x, y: sample.y, condition: nil, others: [])
      let second = try plain.estimate(pair, values)
      let method = "I(x; y | z) − I(x; y): \(first.method)"
      var terms = InformationTerms(value: first.value - second.value, method: method)
      if let a = first.local, let b = second.local, a.count == b.count {
        terms = InformationTerms(local: zip(a, b).map { $0 - $1 }, method: method)
      }
      terms.warnings = first.warnings + second.warnings.filter { !first.warnings.contains($0) }
      return terms
    }
    estimator.isSigned = true
    return estimator
  }
}
