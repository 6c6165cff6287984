import MIMTensor

/// A Gaussian through inverse autoregressive flows (`InverseAutoregressiveStep`), every second one of the units in reversed order.
struct InverseAutoregressivePosterior: PosteriorComponent {
  static let word = "iaf"
  static let summary = "a Gaussian through K inverse autoregressive flows"
  static let arguments = [FlowArguments.count, FlowArguments.hidden]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    let context = Linear(name: "\(name).context", inputs: inputs, outputs: values.hidden)
    return FlowHead(
      name: name, inputs: inputs, outputs: outputs, minScale: minScale,
      steps: (0..<values.flows).flatMap { index -> [any AmortisedStep] in
        let step = InverseAutoregressiveLayers(
          network: MaskedNetwork(
            name: "\(name).flows.\(index)", size: outputs,
            hidden: [values.hidden, values.hidden], heads: 2, activation: .elu),
          context: context, ownsContext: index == 0)
        return index == 0 ? [step] : [SharedStep(layers: [], made: { Reversal() }), step]
      })
  }
}

/// A masked network, and the context that all steps share: linear in the features.
private struct InverseAutoregressiveLayers: AmortisedStep {
  let network: MaskedNetwork
  let context: Linear
  let ownsContext: Bool

  var layers: [Linear] { (ownsContext ? [context] : []) + network.linears }

  func step(of features: Tensor) -> any FlowStep {
    InverseAutoregressiveStep(network, context: context.apply(features))
  }
}

extension PosteriorChoice {
  /// A Gaussian through `count` inverse autoregressive flows with two hidden layers of `hidden` units each.
  public static func iaf(_ count: Int, hidden: Int = 64) -> PosteriorChoice {
    PosteriorChoice(
      InverseAutoregressivePosterior(FlowArguments.values(count, hidden: hidden)))
  }
}
