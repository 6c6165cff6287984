import MIMTensor

/// Codes that begin with the class of an item, which is known, and go on with codes of a distribution of their own. The class is no choice of
/// the distribution: densities are those of the rest given the class.
struct HeldClass: Distribution {
  /// One-hot, `[batch, classes]`; nil: a draw takes any, each as often.
  let classes: Tensor?
  let classCount: Int
  /// The codes behind the class.
  let rest: any Distribution

  init(_ classes: Tensor?, of classCount: Int, before rest: any Distribution) {
    self.classes = classes
    self.classCount = classCount
    self.rest = rest
  }

  /// The numbers behind the class.
  func restValue(_ value: Tensor) -> Tensor {
    value.slice(axis: 1, range: classCount..<value.shape[1])
  }

  private func joined(_ first: Tensor?, _ second: Tensor?) -> Tensor? {
    guard let first, let second else { return nil }
    return second.graph.concatenate([first, second], axis: 1)
  }

  var mean: Tensor? { joined(classes, rest.mean) }

  /// The class has none.
  var standardDeviation: Tensor? { joined(classes.map { $0 * 0 }, rest.standardDeviation) }

  var entropy: Tensor? { rest.entropy }

  var parts: [Tensor] { (classes.map { [$0] } ?? []) + rest.parts }

  func rebuilt(from parts: [Tensor]) -> any Distribution {
    guard classes != nil, let first = parts.first else {
      return HeldClass(nil, of: classCount, before: rest.rebuilt(from: parts))
    }
    return HeldClass(
      first, of: classCount, before: rest.rebuilt(from: Array(parts.dropFirst())))
  }

  func logDensity(of value: Tensor) -> Tensor { rest.logDensity(of: restValue(value)) }

  /// 0 for the units of the class.
  func logDensityPerUnit(of value: Tensor) -> Tensor? {
    let own = value.slice(axis: 1, range: 0..<classCount) * 0
    return joined(own, rest.logDensityPerUnit(of: restValue(value)))
  }

  func draw(from noise: NoiseSource, stream: String) -> Draw {
    let code = rest.draw(from: noise, stream: stream)
    let (graph, batch) = (code.value.graph, code.value.shape[0])
    let own = classes ?? anyClass(graph, noise.indices(batch, classCount, "\(stream).class"))
    return Draw(
      graph.concatenate([own, code.value], axis: 1),
      logProbabilityOfChoice: code.logProbabilityOfChoice, logDensity: code.logDensity)
  }

  private func anyClass(_ graph: Graph, _ numbers: Tensor) -> Tensor {
    let rows = (0..<classCount * classCount).map { $0 / classCount == $0 % classCount }
    return graph.constant(HostArray(rows.map { $0 ? 1 : 0 }, shape: [classCount, classCount]))
      .gather(rows: numbers)
  }

  var extraLosses: [ExtraLoss] { rest.extraLosses }

  func statisticUpdates(_ collective: any Collective) -> [Update] {
    rest.statisticUpdates(collective)
  }

  /// KL of each unit, 0 for those of the class; nil where the rest has no closed form.
  func divergencePerUnit(from prior: HeldClass, at value: Tensor) -> Tensor? {
    joined(
      value.slice(axis: 1, range: 0..<classCount) * 0,
      ClosedFormDivergence.perUnit(rest, from: prior.rest, at: restValue(value)))
  }
}
