import MIMTensor

/// A Gaussian through inverse autoregressive flows (`InverseAutoregressiveStep`), every second one of the units in reversed order.
struct InverseAutoregressivePosterior: PosteriorComponent {
  static let word = "iaf"
  static let summary = "a Gaussian through K inverse autoregressive flows"
  static let method: MethodNote? = MethodNote(
    "IAF", words: "model vae DATA posterior=iaf(4)",
    equation: "z' = σ ⊙ z + (1 − σ) ⊙ m, (m, σ) of earlier units and x, K times",
    source: "Kingma et al. 2016, arXiv:1606.04934", use: "a flexible q(z|x) in many dimensions",
    cost: "K small networks; the density of given codes takes z passes, so that MIM takes amim")
  static let arguments = [FlowArguments.count, FlowArguments.hidden]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  func validate(beside specification: ModelSpecification) throws {
    try FlowArguments.requireFeasible(
      values, size: specification.latentSize, beside: specification, PosteriorSlot.option, text,
      instead: "posterior=planar(K), fewer steps, or the kind amim")
  }

  func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    ConditionalFlow.autoregressive(
      values, name: name, inputs: inputs, outputs: outputs, minScale: minScale, activation: .elu
    ) { InverseAutoregressiveStep($0, context: $1) }
  }
}

extension PosteriorChoice {
  /// A Gaussian through `count` inverse autoregressive flows with two hidden layers of `hidden` units each.
  public static func iaf(_ count: Int, hidden: Int = 64) -> PosteriorChoice {
    PosteriorChoice(
      InverseAutoregressivePosterior(FlowArguments.values(count, hidden: hidden)))
  }
}
