import MIMTensor

/// N(0, I) through masked autoregressive flows: only densities are asked of q(x), which take one pass.
struct MaskedAutoregressiveMarginal: MarginalComponent {
  static let word = "maf"
  static let summary = "N(0, I) through K masked autoregressive flows"
  static let method: MethodNote? = MethodNote(
    "flow for q(x)", words: "model mim DATA qx=maf(4)",
    equation: "u_d = (x_d − m_d) e^{−a_d}, (m, a) of earlier values, K times",
    source: "Papamakarios et al. 2017, arXiv:1705.07057",
    use: "a q(x) of any form in MIM's loss, where data has no known density", cost: "K networks")
  static let arguments = [FlowArguments.count, FlowArguments.hidden]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String { "N(0, I) through \(values.flows) masked autoregressive flows" }

  func validate(beside specification: ModelSpecification) throws {
    try requireRealFlat(specification)
  }

  func density(
    for specification: ModelSpecification, known: MixtureDensity?
  ) -> (any MarginalDensity)? {
    SharedFlow.autoregressive(
      values, name: LearnedMixture.marginalName, size: specification.itemSize)
  }
}

/// N(0, I) through affine couplings.
struct CouplingMarginal: MarginalComponent {
  static let word = "realnvp"
  static let summary = "N(0, I) through K affine couplings (Real NVP)"
  static let arguments = [FlowArguments.count, FlowArguments.hidden]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String { "N(0, I) through \(values.flows) affine couplings" }

  func validate(beside specification: ModelSpecification) throws {
    try requireRealFlat(specification)
    try specification.require(
      specification.itemSize > 1, MarginalSlot.option, text,
      "a coupling moves some values by others, and an item has one value; use qx=gmm(10)")
  }

  func density(
    for specification: ModelSpecification, known: MixtureDensity?
  ) -> (any MarginalDensity)? {
    SharedFlow.couplings(values, name: LearnedMixture.marginalName, size: specification.itemSize)
  }
}

extension SharedFlow: MarginalDensity {
  func logDensity(of x: Tensor, decode: (Tensor) -> any Distribution) -> Tensor {
    distribution(in: x.graph, batch: x.shape[0]).logDensity(of: x)
  }
}

extension MarginalChoice {
  /// N(0, I) through `count` masked autoregressive flows with two hidden layers of `hidden` units each.
  public static func maf(_ count: Int, hidden: Int = 64) -> MarginalChoice {
    MarginalChoice(MaskedAutoregressiveMarginal(FlowArguments.values(count, hidden: hidden)))
  }

  /// N(0, I) through `count` affine couplings with networks of two hidden layers of `hidden` units each.
  public static func realnvp(_ count: Int, hidden: Int = 64) -> MarginalChoice {
    MarginalChoice(CouplingMarginal(FlowArguments.values(count, hidden: hidden)))
  }
}
