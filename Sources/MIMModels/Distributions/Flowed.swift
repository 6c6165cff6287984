import MIMTensor

/// What becomes of draws of a distribution in invertible maps (Rezende and Mohamed 2015, arXiv:1505.05770): y = f_K(… f_1(u)),
/// log p(y) = log p(u) − Σ log |det ∂f_k|.
public struct Flowed: Distribution {
  /// The distribution of u.
  public let base: any Distribution
  /// f_1 … f_K.
  public let steps: [any FlowStep]

  /// Of u's distribution and the maps in the order in which a draw passes them.
  public init(_ base: any Distribution, _ steps: [any FlowStep]) {
    self.base = base
    self.steps = steps
  }

  /// Nil: no closed form.
  public var mean: Tensor? { nil }
  /// Nil: no closed form.
  public var standardDeviation: Tensor? { nil }
  /// Nil: no closed form.
  public var entropy: Tensor? { nil }

  /// Of y: the steps backwards, then log p(u) − Σ log |det|.
  public func logDensity(of value: Tensor) -> Tensor {
    var (place, stretch): (Tensor, Tensor?) = (value, nil)
    for step in steps.reversed() {
      let result = step.inverse(place)
      place = result.value
      stretch = stretch.map { $0 + result.logDeterminant } ?? result.logDeterminant
    }
    let density = base.logDensity(of: place)
    return stretch.map { density - $0 } ?? density
  }

  /// A draw of u through all steps; its density comes with it.
  public func draw(from noise: NoiseSource, stream: String) -> Draw {
    let first = base.draw(from: noise, stream: stream)
    var place = first.value
    var density = base.logDensity(of: first)
    for step in steps {
      let result = step.forward(place)
      place = result.value
      density = density - result.logDeterminant
    }
    return Draw(
      place, logProbabilityOfChoice: first.logProbabilityOfChoice, logDensity: density)
  }

  /// Those of u's distribution, then those of the steps.
  public var parts: [Tensor] { base.parts + steps.flatMap(\.parts) }

  /// The same of other parts.
  public func rebuilt(from parts: [Tensor]) -> any Distribution {
    var rest = parts.dropFirst(base.parts.count)
    return Flowed(
      base.rebuilt(from: Array(parts.prefix(base.parts.count))),
      steps.map { step in
        let own = Array(rest.prefix(step.parts.count))
        rest = rest.dropFirst(own.count)
        return step.rebuilt(from: own)
      })
  }
}
