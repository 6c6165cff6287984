import MIMTensor

/// N(0, I) through masked autoregressive flows: any density, known in one pass; draws take a pass for each unit.
struct MaskedAutoregressivePrior: PriorComponent {
  static let word = "maf"
  static let summary = "N(0, I) through K masked autoregressive flows"
  static let arguments = [FlowArguments.count, FlowArguments.hidden]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String { "N(0, I) through \(values.flows) masked autoregressive flows" }

  func validate(beside specification: ModelSpecification) throws {
    try FlowArguments.requireFeasible(
      values, size: specification.topSize, beside: specification, PriorSlot.option, text,
      instead: "prior=realnvp(K), fewer steps, or the kind amim")
  }

  func density(for specification: ModelSpecification) -> (any PriorDensity)? {
    SharedFlow.autoregressive(values, name: SharedFlow.priorName, size: specification.topSize)
  }
}

/// N(0, I) through affine couplings: draws and densities take one pass each.
struct CouplingPrior: PriorComponent {
  static let word = "realnvp"
  static let summary = "N(0, I) through K affine couplings (Real NVP)"
  static let arguments = [FlowArguments.count, FlowArguments.hidden]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String { "N(0, I) through \(values.flows) affine couplings" }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.topSize > 1, PriorSlot.option, text,
      "a coupling moves some units by others and needs z=2 at least; use prior=gmm(K)")
  }

  func density(for specification: ModelSpecification) -> (any PriorDensity)? {
    SharedFlow.couplings(values, name: SharedFlow.priorName, size: specification.topSize)
  }
}

extension SharedFlow: PriorDensity {
  fileprivate static let priorName = "p_z"

  func distribution(
    in graph: Graph, batch: Int, pseudoInputs: DiagonalGaussian?
  ) -> any Distribution { distribution(in: graph, batch: batch) }
}

extension PriorChoice {
  /// N(0, I) through `count` masked autoregressive flows with two hidden layers of `hidden` units each.
  public static func maf(_ count: Int, hidden: Int = 64) -> PriorChoice {
    PriorChoice(MaskedAutoregressivePrior(FlowArguments.values(count, hidden: hidden)))
  }

  /// N(0, I) through `count` affine couplings with networks of two hidden layers of `hidden` units each.
  public static func realnvp(_ count: Int, hidden: Int = 64) -> PriorChoice {
    PriorChoice(CouplingPrior(FlowArguments.values(count, hidden: hidden)))
  }
}
