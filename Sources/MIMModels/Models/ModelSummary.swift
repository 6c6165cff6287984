/// What a model is and what a training step will cost, known before training.
public struct ModelSummary: Sendable, Hashable {
  /// The objective as a formula: `−½ E[log p(x|z) + log p(z) + log q(z|x) + log q(x)]`.
  public let objective: String
  /// Its layers in order.
  public let layers: [Layer]
  /// The number of learned numbers.
  public let parameterCount: Int
  /// Items per step, for the two lines below.
  public let batch: Int
  /// Peak memory of a training step's plan in bytes.
  public let peakBytes: Int
  /// Floating-point operations of a training step.
  public let flopsPerStep: Int

  /// One layer.
  public struct Layer: Sendable, Hashable {
    /// Its name in the reference's PyTorch state, `q_z_given_x.0`.
    public let name: String
    /// What it does, `2 → 50, tanh`.
    public let description: String
    /// Its learned numbers.
    public let parameterCount: Int
  }
}

extension Model {
  /// What the model is and what a step with `batch` items costs.
  public func summary(batch: Int = 128) throws -> ModelSummary {
    throw ModelError.unusableRequest(reason: "not built yet")
  }
}
