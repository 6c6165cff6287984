import MIMTensor

/// Batch normalisation over images, then ReLU (Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm
/// 1), ε = 1e-5, momentum 0.1.
package struct BatchNormalization: Layer {
  package let name: String
  let channels: Int
  let statistics: NormalizationStatistics

  package var parameters: [ParameterDeclaration] {
    [
      ("weight", Float(1), ParameterDeclaration.Role.trained), ("bias", 0, .trained),
      ("running_mean", 0, .statistic), ("running_var", 1, .statistic),
    ].map { part, value, role in
      ParameterDeclaration(
        name: "\(name).\(part)", shape: [channels], initializer: .constant(value), role: role)
    }
  }

  package var summary: String { "\(channels) channels, batch normalisation, ReLU" }

  /// `x` `[batch, channels, height, width]` → the same.
  package func apply(_ x: Tensor) -> Tensor {
    let graph = x.graph
    func part(_ part: String) -> Tensor {
      graph.parameter("\(name).\(part)", shape: [channels])
    }
    return graph.scope(name) {
      let (normal, updates) = x.batchNormalization(
        scale: part("weight"), shift: part("bias"), runningMean: part("running_mean"),
        runningVariance: part("running_var"), epsilon: 1e-5, momentum: 0.1,
        training: statistics.areOfBatch, collective: statistics.collective)
      if case .batch(let updated) = statistics { updated.updates += updates }
      return normal.relu()
    }
  }
}

/// Where batch normalisation takes mean and variance from.
public enum NormalizationStatistics: Sendable {
  /// The running averages over training.
  case running
  /// The batch itself; the changes of the running averages are noted for the plan.
  case batch(StatisticUpdates)
  /// The first batch of a training, before its first step: layers that start from data take their first values from it, and note them.
  case first(StatisticUpdates)

  var areOfBatch: Bool { if case .running = self { false } else { true } }

  /// The ranks whose items together are the batch.
  var collective: any Collective {
    switch self {
    case .running: SerialCollective()
    case .batch(let updates), .first(let updates): updates.collective
    }
  }
}

/// The changes of running statistics that a traced training step makes. One tracing thread at a
/// time owns it, as it owns the graph.
public final class StatisticUpdates: @unchecked Sendable {
  package fileprivate(set) var updates: [Update] = []
  /// The ranks whose items together are the batch.
  package let collective: any Collective

  package init(collective: any Collective = SerialCollective()) { self.collective = collective }

  /// Notes further changes.
  func note(_ changes: [Update]) { updates += changes }
}
