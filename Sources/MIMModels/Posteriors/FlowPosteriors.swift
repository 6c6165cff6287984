/// A diagonal Gaussian through affine couplings that see what the encoder makes of x: draws and densities take one pass each, so that the
/// decoder branch of symmetric MIM has the density of any code at once.
struct CouplingPosterior: PosteriorComponent {
  static let word = "realnvp"
  static let summary = "a Gaussian through K affine couplings that see x (Real NVP)"
  static let method: MethodNote? = MethodNote(
    "Real NVP posterior", words: "model mim DATA posterior=realnvp(4)",
    equation:
      "u ~ N(μ(x), σ(x)), z = b ⊙ u + (1 − b) ⊙ (u ⊙ eˢ + t), (s, t) of b ⊙ u and x, K times",
    source: "Dinh et al. 2017, arXiv:1605.08803, with a condition",
    use: "a flexible q(z|x) whose density of given codes takes one pass: for symmetric MIM",
    cost: "2 K networks")
  static let arguments = [FlowArguments.count, FlowArguments.hidden]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.latentSize > 1, PosteriorSlot.option, text,
      "a coupling moves some units by others and needs z=2 at least; use posterior=gmm(K)")
  }

  func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    ConditionalFlow.couplings(
      values, name: name, inputs: inputs, outputs: outputs, minScale: minScale)
  }
}

/// A diagonal Gaussian through masked autoregressive flows that see x: the density of any code takes one pass, a draw a pass for each unit.
struct MaskedAutoregressivePosterior: PosteriorComponent {
  static let word = "maf"
  static let summary = "a Gaussian through K masked autoregressive flows; draws unit by unit"
  static let arguments = [FlowArguments.count, FlowArguments.hidden]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  func validate(beside specification: ModelSpecification) throws {
    try ConditionalFlow.requireFewPasses(
      values, size: specification.latentSize, beside: specification, PosteriorSlot.option, text,
      instead: "posterior=realnvp(4) or posterior=iaf(4)")
  }

  func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    ConditionalFlow.autoregressive(
      values, name: name, inputs: inputs, outputs: outputs, minScale: minScale
    ) { MaskedAutoregressiveStep($0, context: $1) }
  }
}

extension PosteriorChoice {
  /// A Gaussian through `count` affine couplings with networks of two hidden layers of `hidden` units each.
  public static func realnvp(_ count: Int, hidden: Int = 64) -> PosteriorChoice {
    PosteriorChoice(CouplingPosterior(FlowArguments.values(count, hidden: hidden)))
  }

  /// A Gaussian through `count` masked autoregressive flows with two hidden layers of `hidden` units each.
  public static func maf(_ count: Int, hidden: Int = 64) -> PosteriorChoice {
    PosteriorChoice(MaskedAutoregressivePosterior(FlowArguments.values(count, hidden: hidden)))
  }
}
