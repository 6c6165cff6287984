import MIMTensor

/// N(0, I) through steps of Glow on vectors: draws and densities take one pass each, and every step mixes all units.
struct GlowPrior: PriorComponent {
  static let word = "glow"
  static let summary = "N(0, I) through K steps of actnorm, a linear map and a coupling (Glow)"
  static let method: MethodNote? = MethodNote(
    "Glow prior", words: "model mim DATA prior=glow(4)",
    equation:
      "actnorm s ⊙ z + b, W z = P L (U + diag s) z, (z₂ + t) σ(h + 2) with (t, h) of z₁, K times to u ~ N(0, I)",
    source: "Kingma and Dhariwal 2018, arXiv:1807.03039, on vectors",
    use: "a prior of any form, quick to draw from", cost: "K networks, and K products of z × z")
  static let arguments = [FlowArguments.count, FlowArguments.hidden]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  /// The most units that a step mixes: W is made and inverted as a whole.
  private static let mostUnits = 1024

  var description: String { "N(0, I) through \(values.flows) steps of Glow" }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.topSize > 1, PriorSlot.option, text,
      "a coupling moves some units by others and needs z=2 at least; use prior=gmm(K)")
    try specification.require(
      specification.topSize <= Self.mostUnits, PriorSlot.option, text,
      "each step has a matrix of \(specification.topSize) × \(specification.topSize) units, and at most \(Self.mostUnits) are taken; "
        + "use prior=realnvp(K)")
  }

  func density(for specification: ModelSpecification) -> (any PriorDensity)? {
    GlowPriorDensity(size: specification.topSize, count: values.flows, hidden: values.hidden)
  }
}

private struct GlowPriorDensity: PriorDensity {
  let size: Int
  let count: Int
  let hidden: Int

  /// In the order in which a draw passes them.
  private func steps(_ statistics: NormalizationStatistics) -> [VectorGlowStep] {
    (0..<count).map {
      VectorGlowStep(name: "p_z.\($0)", size: size, hidden: hidden, statistics: statistics)
    }
  }

  var parameters: [ParameterDeclaration] { steps(.running).flatMap(\.parameters) }

  var layers: [LayerDescription] {
    steps(.running).enumerated().map { index, step in
      LayerDescription(
        name: "p_z.\(index)", description: "\(size) units, actnorm, linear map, coupling",
        parameterCount: step.parameters.filter { $0.role == .trained }
          .reduce(0) { $0 + $1.shape.count })
    }
  }

  private func distribution(
    in graph: Graph, batch: Int, _ statistics: NormalizationStatistics
  ) -> Flowed {
    Flowed(StandardNormal(in: graph, shape: [batch, size]), steps(statistics))
  }

  func distribution(
    in graph: Graph, batch: Int, pseudoInputs: DiagonalGaussian?
  ) -> any Distribution {
    distribution(in: graph, batch: batch, .running)
  }

  var startsFromData: Bool { true }

  func noteFirstValues(of codes: Tensor, in noted: StatisticUpdates) {
    _ = distribution(in: codes.graph, batch: codes.shape[0], .first(noted))
      .logDensity(of: codes)
  }
}

extension PriorChoice {
  /// N(0, I) through `count` steps of Glow, whose couplings have two hidden layers of `hidden` units each.
  public static func glow(_ count: Int, hidden: Int = 64) -> PriorChoice {
    PriorChoice(GlowPrior(FlowArguments.values(count, hidden: hidden)))
  }
}
