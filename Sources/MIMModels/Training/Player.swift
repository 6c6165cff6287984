import MIMTensor

/// Who is trained: a loss, the parameters that it moves, and how. A model alone is one player; a critic or an adversary that is trained
/// against it is another. All players' updates are made at the end of one step of one plan, from the same parameters, and only if every
/// gradient is finite.
public struct Player {
  /// What is minimised, a scalar.
  public let loss: Tensor
  /// What this player moves; everything else is fixed for it.
  public let parameters: [Tensor]
  /// The step size, a scalar.
  public let learningRate: Tensor
  /// How gradients become steps.
  public let optimizer: AdamConfiguration

  /// Makes a player that moves the parameters declared as trained.
  public init(
    minimising loss: Tensor, moving declarations: [ParameterDeclaration], learningRate: Tensor,
    optimizer: AdamConfiguration = AdamConfiguration()
  ) {
    self.loss = loss
    parameters = declarations.filter { $0.role == .trained }.map {
      loss.graph.parameter($0.name, shape: $0.shape)
    }
    self.learningRate = learningRate
    self.optimizer = optimizer
  }
}

extension Graph {
  /// The updates of all players in one step. Precondition: no two players move the same parameter.
  public func updates(of players: [Player]) throws -> [Update] {
    let moved = players.flatMap { $0.parameters.map(\.id) }
    precondition(Set(moved).count == moved.count, "two players move one parameter")
    return try players.flatMap { player in
      adam(
        parameters: player.parameters,
        gradients: try gradients(of: player.loss, withRespectTo: player.parameters),
        learningRate: player.learningRate, configuration: player.optimizer)
    }
  }
}
