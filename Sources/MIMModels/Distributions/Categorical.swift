import Foundation
import MIMTensor

/// Independent units of `classes` classes each, as one-hot codes side by side: `[batch, units · classes]`. A draw is a choice, whose
/// gradient takes the score function; or, relaxed with a temperature τ, a point inside the simplex with a path gradient, y = softmax((logits +
/// Gumbel noise)/τ) (Maddison et al. 2017, arXiv:1611.00712; Jang et al. 2017, arXiv:1611.01144).
public struct Categorical: Distribution {
  /// `[batch, units · classes]`.
  public let logits: Tensor
  /// The classes of each unit.
  public let classes: Int
  /// The temperature τ of relaxed draws; nil: draws are choices.
  public let temperature: Float?

  /// Precondition: the width of `logits` is a multiple of `classes`.
  public init(logits: Tensor, classes: Int, temperature: Float? = nil) {
    precondition(logits.shape[1].isMultiple(of: classes), "\(logits.shape), \(classes) classes")
    self.logits = logits
    self.classes = classes
    self.temperature = temperature
  }

  private var batch: Int { logits.shape[0] }
  private var units: Int { logits.shape[1] / classes }

  /// What its values are.
  public var event: EventKind { .categorical(classes: classes) }

  /// One row for each unit.
  private func unitRows(_ value: Tensor) -> Tensor { value.reshape([batch * units, classes]) }

  /// Back to one row for each item.
  private func itemRows(_ rows: Tensor) -> Tensor { rows.reshape([batch, units * classes]) }

  private var probabilities: Tensor { itemRows(unitRows(logits).softmax(axis: -1)) }
  private var logProbabilities: Tensor { unitRows(logits).logSoftmax(axis: -1) }

  /// Exact for choices; for relaxed draws there is no closed form.
  public var mean: Tensor? { temperature == nil ? probabilities : nil }

  /// √(p (1 − p)), of choices.
  public var standardDeviation: Tensor? {
    guard temperature == nil else { return nil }
    let p = probabilities
    return (p * (1 - p)).sqrt()
  }

  /// Of choices, Σ log p of the chosen classes. Of relaxed codes y, for each unit of n classes (Maddison et al. 2017, equation 10):
  /// log (n − 1)! + (n − 1) log τ + Σ_k (l_k − (τ + 1) log y_k) − n log Σ_k exp(l_k − τ log y_k).
  public func logDensity(of value: Tensor) -> Tensor {
    guard let temperature else {
      return itemRows(logProbabilities * unitRows(value)).sum(axes: [-1])
    }
    // Where y rounds to 0 its logarithm must stay finite.
    let logs = unitRows(value).maximum(logits.graph.scalar(1e-37)).log()
    return relaxedDensity(logs, temperature)
  }

  private func relaxedDensity(_ logValue: Tensor, _ temperature: Float) -> Tensor {
    let l = logProbabilities
    let constant = lgamma(Double(classes)) + Double(classes - 1) * log(Double(temperature))
    let sum = (l - logValue * (temperature + 1)).sum(axes: [-1])
    let total = (l - logValue * temperature).logSumExp(axis: -1) * Float(classes)
    return (sum - total + Float(constant)).reshape([batch, units]).sum(axes: [-1])
  }

  /// A choice for each unit, or a relaxed code.
  public func draw(from noise: NoiseSource, stream: String) -> Draw {
    guard let temperature else {
      let value = itemRows(
        unitRows(logits).chosenClasses(noise.uniform([batch * units, 1], stream)))
      return Draw(discrete: value, logProbability: logDensity(of: value))
    }
    let uniform = noise.uniform([batch * units, classes], stream)
    let gumbel = -(-uniform.log()).log()
    let logValue = ((logProbabilities + gumbel) * (1 / temperature)).logSoftmax(axis: -1)
    return Draw(itemRows(logValue.exp()), logDensity: relaxedDensity(logValue, temperature))
  }

  /// −Σ p log p, of choices.
  public var entropy: Tensor? {
    guard temperature == nil else { return nil }
    return -itemRows(unitRows(logits).softmax(axis: -1) * logProbabilities).sum(axes: [-1])
  }

  /// What it is made of.
  public var parts: [Tensor] { [logits] }

  /// The same of other parts.
  public func rebuilt(from parts: [Tensor]) -> any Distribution {
    Categorical(logits: parts[0], classes: classes, temperature: temperature)
  }
}
