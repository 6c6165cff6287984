import MIMTensor

/// Batch normalisation as a step of a flow (Dinh et al. 2017, arXiv:1605.08803, section 3.7), from the side of the data:
/// u = e^γ (y − m)/√v + β, with m and v of the batch in training, and their running averages otherwise.
struct NormalizationStep: FlowStep, Sendable {
  /// What its arrays begin with.
  let name: String
  /// The units.
  let size: Int
  /// What m and v are.
  let statistics: NormalizationStatistics
  /// Added to the variance of a batch. The running average is of such sums.
  static let epsilon: Float = 1e-5
  /// How far a batch moves the running averages.
  private static let momentum: Float = 0.1

  /// log γ and β, and the running averages.
  static func parameters(name: String, size: Int) -> [ParameterDeclaration] {
    [
      ("log_gamma", Float(0), ParameterDeclaration.Role.trained), ("beta", 0, .trained),
      ("running_mean", 0, .statistic), ("running_var", 1, .statistic),
    ].map { part, value, role in
      ParameterDeclaration(
        name: "\(name).\(part)", shape: [size], initializer: .constant(value), role: role)
    }
  }

  private func row(_ part: String, _ graph: Graph) -> Tensor {
    graph.parameter("\(name).\(part)", shape: [size]).reshape([1, size])
  }

  /// m and v.
  private func moments(_ value: Tensor) -> (mean: Tensor, variance: Tensor) {
    let graph = value.graph
    guard case .batch(let noted) = statistics else {
      return (row("running_mean", graph), row("running_var", graph))
    }
    func mean(_ rows: Tensor) -> Tensor {
      let own = rows.mean(axes: [0], keepingDimensions: true)
      return noted.collective.isShared ? own.meanOverRanks(noted.collective) : own
    }
    let middle = mean(value)
    let variance = mean((value - middle).square()) + Self.epsilon
    noted.note([
      moved("running_mean", middle, graph), moved("running_var", variance, graph),
    ])
    return (middle, variance)
  }

  private func moved(_ part: String, _ found: Tensor, _ graph: Graph) -> Update {
    let old = graph.parameter("\(name).\(part)", shape: [size])
    return Update(
      parameter: old,
      replacement: old * (1 - Self.momentum) + found.stopGradient().reshape([size])
        * Self.momentum)
  }

  /// ½ Σ log v − Σ γ, the same for every item.
  private func stretch(_ variance: Tensor, _ graph: Graph, batch: Int) -> Tensor {
    (variance.log() * 0.5 - row("log_gamma", graph)).sum(axes: [1]).broadcast(to: [batch])
  }

  /// y = (u − β) e^{−γ} √v + m, by the running averages: a batch's are those of the data's side.
  func forward(_ value: Tensor) -> FlowResult {
    let graph = value.graph
    let (mean, variance) = (row("running_mean", graph), row("running_var", graph))
    let scaled = (value - row("beta", graph)) * (-row("log_gamma", graph)).exp()
    return FlowResult(
      scaled * variance.sqrt() + mean,
      logDeterminant: stretch(variance, graph, batch: value.shape[0]))
  }

  /// u = e^γ (y − m)/√v + β.
  func inverse(_ value: Tensor) -> FlowResult {
    let graph = value.graph
    let (mean, variance) = moments(value)
    let normal = (value - mean) / variance.sqrt()
    return FlowResult(
      row("log_gamma", graph).exp() * normal + row("beta", graph),
      logDeterminant: stretch(variance, graph, batch: value.shape[0]))
  }
}
