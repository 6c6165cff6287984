import MIMTensor

/// y_d = u_d e^{a_d} + m_d with (m, a) of y before d by a masked network: one step of a masked autoregressive flow (Papamakarios et al.
/// 2017, arXiv:1705.07057, equations 3 and 4). The density of a given y takes one pass, a draw a pass for each unit.
public struct MaskedAutoregressiveStep: FlowStep {
  /// Two numbers for each unit: mean and logarithm of the scale.
  let network: MaskedNetwork
  /// What the network sees of each item beside, `[batch, hidden]`; nil: nothing.
  let context: Tensor?

  /// Of its network, and what it sees beside.
  public init(_ network: MaskedNetwork, context: Tensor? = nil) {
    self.network = network
    self.context = context
  }

  /// Mean and logarithm of the scale of each unit.
  public var sequentialNetwork: MaskedNetwork? { network }

  /// One unit after another, a pass each.
  public func forward(_ value: Tensor) -> FlowResult {
    let (y, logScales) = network.unitByUnit(
      value.graph, batch: value.shape[0], context: context
    ) { parts, unit in
      let logScale = parts[1].column(unit)
      return (value.column(unit) * logScale.exp() + parts[0].column(unit), logScale)
    }
    return FlowResult(y, logDeterminant: logScales.sum(axes: [1]))
  }

  /// u = (y − m) e^{−a}.
  public func inverse(_ value: Tensor) -> FlowResult {
    let parts = network.apply(value, context: context)
    return FlowResult(
      (value - parts[0]) * (-parts[1]).exp(), logDeterminant: parts[1].sum(axes: [1]))
  }

  /// The context.
  public var parts: [Tensor] { context.map { [$0] } ?? [] }

  /// The same of another context.
  public func rebuilt(from parts: [Tensor]) -> any FlowStep {
    MaskedAutoregressiveStep(network, context: parts.first)
  }
}

/// y = σ u + (1 − σ) m with σ = sigmoid(s + bias) and (m, s) of u before each unit by a masked network that also sees a context: one step
/// of an inverse autoregressive flow (Kingma et al. 2016, arXiv:1606.04934, algorithm 1). A draw with its density takes one pass; the
/// density of a given y a pass for each unit.
public struct InverseAutoregressiveStep: FlowStep {
  /// Two numbers for each unit: m and s.
  let network: MaskedNetwork
  /// `[batch, hidden]`, from the encoder; nil: none.
  public let context: Tensor?
  /// Added to s, so that at first u passes almost unchanged.
  public static let gateBias: Float = 1

  /// Of its network and the context that the encoder gives each item.
  public init(_ network: MaskedNetwork, context: Tensor?) {
    self.network = network
    self.context = context
  }

  /// log σ = −softplus(−s).
  private func logDeterminant(_ gate: Tensor) -> Tensor { -(-gate).softplus().sum(axes: [1]) }

  /// y = σ u + (1 − σ) m.
  public func forward(_ value: Tensor) -> FlowResult {
    let parts = network.apply(value, context: context)
    let (mean, gate) = (parts[0], parts[1] + Self.gateBias)
    let sigma = gate.sigmoid()
    return FlowResult(sigma * value + (1 - sigma) * mean, logDeterminant: logDeterminant(gate))
  }

  /// u = (y − (1 − σ) m)/σ, one unit after another.
  public func inverse(_ value: Tensor) -> FlowResult {
    let (u, gates) = network.unitByUnit(
      value.graph, batch: value.shape[0], context: context
    ) { parts, unit in
      let gate = parts[1].column(unit) + Self.gateBias
      let sigma = gate.sigmoid()
      return ((value.column(unit) - (1 - sigma) * parts[0].column(unit)) / sigma, gate)
    }
    return FlowResult(u, logDeterminant: logDeterminant(gates))
  }

  /// The context.
  public var parts: [Tensor] { context.map { [$0] } ?? [] }

  /// The same of another context.
  public func rebuilt(from parts: [Tensor]) -> any FlowStep {
    InverseAutoregressiveStep(network, context: parts.first)
  }
}

/// The units in reversed order, so that the next autoregressive step sees them the other way round.
public struct Reversal: FlowStep {
  /// The one there is.
  public init() {}

  private func reversed(_ value: Tensor) -> FlowResult {
    let graph = value.graph
    let places = (0..<value.shape[1]).reversed().map(Float.init)
    let units = graph.constant(HostArray(places, shape: [places.count]))
    // Rows of the transpose: column after column, a step of D units would take D slices and their D gradients.
    let reversed = value.transpose().gather(rows: units).transpose()
    return FlowResult(reversed, logDeterminant: graph.scalar(0).broadcast(to: [value.shape[0]]))
  }

  /// The last first.
  public func order(of size: Int) -> [Int]? { (0..<size).reversed() }
  /// Reversed.
  public func forward(_ value: Tensor) -> FlowResult { reversed(value) }
  /// Reversed.
  public func inverse(_ value: Tensor) -> FlowResult { reversed(value) }
}

extension [any FlowStep] {
  /// These steps with the units reversed between them.
  var alternating: [any FlowStep] {
    enumerated().flatMap { index, step in index == 0 ? [step] : [Reversal(), step] }
  }
}
