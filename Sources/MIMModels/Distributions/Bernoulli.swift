import MIMTensor

/// Independent variables that are 1 with probability σ(logit).
public struct Bernoulli: Distribution {
  /// `[batch, event]`.
  public let logits: Tensor

  /// Of logits `[batch, event]`.
  public init(logits: Tensor) { self.logits = logits }

  /// What its values are.
  public var event: EventKind { .binary }

  private var probability: Tensor { logits.sigmoid() }

  /// σ(logit).
  public var mean: Tensor? { probability }

  /// √(p (1 − p)).
  public var standardDeviation: Tensor? {
    let p = probability
    return (p * (1 - p)).sqrt()
  }

  /// Σ (x l − softplus(l)): stable for logits of any size, and the cross entropy for grey x.
  public func logDensity(of value: Tensor) -> Tensor {
    value.bernoulliLogDensity(logits: logits)
  }

  /// A true draw of 0 and 1, through which no gradient flows.
  public func draw(from noise: NoiseSource, stream: String) -> Draw {
    let value = probability.greater(noise.uniform(logits.shape, stream)).stopGradient()
    return Draw(discrete: value, logProbability: logDensity(of: value))
  }

  /// Σ (softplus(l) − l σ(l)).
  public var entropy: Tensor? { (logits.softplus() - logits * probability).sum(axes: [-1]) }

  /// What it is made of.
  public var parts: [Tensor] { [logits] }

  /// The same of other parts.
  public func rebuilt(from parts: [Tensor]) -> any Distribution { Bernoulli(logits: parts[0]) }

  /// x·l_k − Σ softplus(l_k): one product for all pairs.
  public func logDensitiesOfPairs(_ values: Tensor) -> Tensor {
    values.matmul(logits.transpose())
      - logits.softplus().sum(axes: [1]).reshape([1, logits.shape[0]])
  }
}
