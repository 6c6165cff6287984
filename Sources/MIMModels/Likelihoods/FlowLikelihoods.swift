/// A diagonal Gaussian through affine couplings, all of it by what the decoder makes of z: the values of an item need not be independent
/// given its code. Draws and densities take one pass each.
struct CouplingLikelihood: LikelihoodComponent {
  static let word = "realnvp"
  static let summary = "a diagonal Gaussian through K affine couplings that see z (Real NVP)"
  static let method: MethodNote? = MethodNote(
    "flow decoder", words: "model mim DATA likelihood=realnvp(4)",
    equation:
      "u ~ N(μ(z), σ(z)), x = b ⊙ u + (1 − b) ⊙ (u ⊙ eˢ + t), (s, t) of b ⊙ u and z, K times",
    source: "Dinh et al. 2017, arXiv:1605.08803, with a condition",
    use: "values that depend on each other given z; a VAE then tends to leave z unused",
    cost: "2 K networks; means of p(x|z) by 64 draws")
  static let arguments = [FlowArguments.count, FlowArguments.hidden]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  func misfit(_ kind: ValueKind) -> String? { FlowLikelihood.misfit(kind) }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.itemSize > 1, LikelihoodSlot.option, text,
      "a coupling moves some values by others, and an item has one value; use likelihood=gmm(10)")
  }

  func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    ConditionalFlow.couplings(
      values, name: name, inputs: inputs, outputs: outputs, minScale: minScale)
  }
}

/// A diagonal Gaussian through masked autoregressive flows that see z: densities take one pass, draws a pass for each value.
struct MaskedAutoregressiveLikelihood: LikelihoodComponent {
  static let word = "maf"
  static let summary = "a diagonal Gaussian through K masked autoregressive flows that see z"
  static let arguments = [FlowArguments.count, FlowArguments.hidden]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  func misfit(_ kind: ValueKind) -> String? { FlowLikelihood.misfit(kind) }

  func validate(beside specification: ModelSpecification) throws {
    try ConditionalFlow.requireFewPasses(
      values, size: specification.itemSize, beside: specification, LikelihoodSlot.option, text,
      instead: "likelihood=realnvp(4)")
  }

  func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    ConditionalFlow.autoregressive(
      values, name: name, inputs: inputs, outputs: outputs, minScale: minScale
    ) { MaskedAutoregressiveStep($0, context: $1) }
  }
}

private enum FlowLikelihood {
  /// Why flows don't fit values of 0 and 1.
  static func misfit(_ kind: ValueKind) -> String? {
    kind == .binary ? "values of 0 and 1 have no density; use likelihood=bernoulli" : nil
  }
}

extension LikelihoodChoice {
  /// A diagonal Gaussian through `count` affine couplings with networks of two hidden layers of `hidden` units each.
  public static func realnvp(_ count: Int, hidden: Int = 64) -> LikelihoodChoice {
    LikelihoodChoice(CouplingLikelihood(FlowArguments.values(count, hidden: hidden)))
  }

  /// A diagonal Gaussian through `count` masked autoregressive flows with two hidden layers of `hidden` units each.
  public static func maf(_ count: Int, hidden: Int = 64) -> LikelihoodChoice {
    LikelihoodChoice(
      MaskedAutoregressiveLikelihood(FlowArguments.values(count, hidden: hidden)))
  }
}
