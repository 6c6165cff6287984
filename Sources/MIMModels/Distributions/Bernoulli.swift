import MIMTensor

/// Independent variables that are 1 with probability σ(logit).
package struct Bernoulli: Distribution {
  /// `[batch, event]`.
  package let logits: Tensor

  package init(logits: Tensor) { self.logits = logits }

  package var mean: Tensor { logits.sigmoid() }

  package var standardDeviation: Tensor { (mean * (1 - mean)).sqrt() }

  /// Σ (x l − softplus(l)): stable for logits of any size, and the cross entropy for grey x.
  package func logDensity(of value: Tensor) -> Tensor {
    value.bernoulliLogDensity(logits: logits)
  }

  /// A true draw of 0 and 1, through which no gradient flows.
  package func draw(from noise: NoiseSource, stream: String) -> Draw {
    let value = mean.greater(noise.uniform(logits.shape, stream)).stopGradient()
    return Draw(value, logProbabilityOfChoice: logDensity(of: value))
  }

  /// Σ (softplus(l) − l σ(l)).
  package var entropy: Tensor? { (logits.softplus() - logits * mean).sum(axes: [-1]) }
}
