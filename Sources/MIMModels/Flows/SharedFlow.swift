import MIMTensor

/// N(0, I) through steps that all items share, each with parameters of its own: what `prior=` and `qx=` have of flows.
struct SharedFlow: Sendable {
  /// The units of a vector.
  let size: Int
  /// The layers whose parameters the steps have.
  let stepLayers: [Linear]
  private let steps: @Sendable () -> [any FlowStep]

  var parameters: [ParameterDeclaration] { stepLayers.flatMap(\.parameters) }

  var layers: [LayerDescription] { stepLayers.map { $0.description(followedBy: nil) } }

  /// Of each item of a batch.
  func distribution(in graph: Graph, batch: Int) -> any Distribution {
    Flowed(StandardNormal(in: graph, shape: [batch, size]), steps())
  }

  /// Masked autoregressive flows called `NAME.0` and so on, every second one of the units in reversed order.
  static func autoregressive(_ values: ArgumentValues, name: String, size: Int) -> SharedFlow {
    let networks = MaskedNetwork.ofSteps(values, name: name, size: size)
    return SharedFlow(size: size, stepLayers: networks.flatMap(\.linears)) {
      (networks.map { MaskedAutoregressiveStep($0) } as [any FlowStep]).alternating
    }
  }

  /// Affine couplings called `NAME.0` and so on. Precondition: there are two units at least.
  static func couplings(_ values: ArgumentValues, name: String, size: Int) -> SharedFlow {
    let couplings = CouplingStep.alternating(
      values.flows, name: name, size: size, hidden: values.hidden)
    return SharedFlow(size: size, stepLayers: couplings.flatMap(\.linears)) { couplings }
  }
}

extension MaskedNetwork {
  /// The networks of so many masked autoregressive flows, with two hidden layers each.
  static func ofSteps(
    _ values: ArgumentValues, name: String, size: Int, activation: MaskedActivation = .relu
  ) -> [MaskedNetwork] {
    (0..<values.flows).map { index in
      MaskedNetwork(
        name: "\(name).\(index)", size: size, hidden: [values.hidden, values.hidden], heads: 2,
        activation: activation)
    }
  }
}
