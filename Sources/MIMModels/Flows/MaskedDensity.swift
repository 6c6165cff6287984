import Foundation
import MIMTensor

/// p(x) = Π_d p(x_d | x before d) by a masked autoencoder; with several sets of masks, the mean of their probabilities (Germain et al. 2015,
/// arXiv:1502.03509, section 4.2).
struct MaskedDensity: Distribution {
  let network: MaskedNetwork
  let output: MaskedOutput
  /// The set of masks of this step; nil: all of them.
  let choice: MaskChoice?
  /// Zeros, `[batch, D]`.
  let rows: Tensor

  init(
    _ network: MaskedNetwork, _ output: MaskedOutput, choice: MaskChoice? = nil, rows: Tensor
  ) {
    self.network = network
    self.output = output
    self.choice = choice
    self.rows = rows
  }

  var event: EventKind { output == .bernoulli ? .binary : .real }
  var mean: Tensor? { nil }
  var standardDeviation: Tensor? { nil }
  var entropy: Tensor? { nil }
  var parts: [Tensor] { [rows] }

  func rebuilt(from parts: [Tensor]) -> any Distribution {
    MaskedDensity(network, output, choice: choice, rows: parts[0])
  }

  private func logDensity(of value: Tensor, _ masks: MaskChoice) -> Tensor {
    output.logDensity(of: value, network.apply(value, masks: masks))
  }

  /// log 1/N Σ_k p_k(x) over the sets of masks.
  func logDensity(of value: Tensor) -> Tensor {
    if let choice { return logDensity(of: value, choice) }
    let each = network.sets.indices.map { logDensity(of: value, .fixed($0)) }
    guard each.count > 1 else { return each[0] }
    let batch = value.shape[0]
    let columns = value.graph.concatenate(each.map { $0.reshape([batch, 1]) }, axis: 1)
    return columns.logSumExp(axis: 1) - Float(log(Double(each.count)))
  }

  /// Unit after unit, by a set of masks that is drawn for each item.
  func draw(from noise: NoiseSource, stream: String) -> Draw {
    let (graph, batch) = (rows.graph, rows.shape[0])
    let draws = network.sets.indices.map { set in
      network.unitByUnit(graph, batch: batch, set: set) { outputs, unit in
        let value = output.draw(
          outputs.map { $0.column(unit) }, noise, "\(stream).\(set).\(unit)")
        return (value, value)
      }.0
    }
    guard draws.count > 1 else { return Draw(draws[0].stopGradient()) }
    let equal = graph.constant(HostArray(repeating: 0, shape: [batch, draws.count]))
    let chosen = equal.chosenClasses(noise.uniform([batch, 1], "\(stream).masks"))
    let sum = draws.enumerated().map { $1 * chosen.column($0) }
    return Draw(sum.dropFirst().reduce(sum[0], +).stopGradient())
  }
}

/// What a masked autoencoder's outputs say of each value given those before it.
enum MaskedOutput: Sendable, Hashable {
  /// Mean and logarithm of the scale of a normal.
  case normal
  /// The logit of a value of 0 or 1.
  case bernoulli
  /// Logits, means and raw scales of so many normals; scale = softplus(raw) + 0.01.
  case mixture(Int)
  /// Logits, means and logarithms of the scales of so many logistic distributions.
  case logistics(Int)

  /// The floor of a mixture's scales.
  static let floor: Float = 0.01

  /// Numbers for each value.
  var heads: Int {
    switch self {
    case .normal: 2
    case .bernoulli: 1
    case .mixture(let count), .logistics(let count): 3 * count
    }
  }

  private static let halfLog = Float(0.5 * Foundation.log(2 * Double.pi))

  /// The sum over values of log p(x_d | x before d), `[batch]`.
  func logDensity(of value: Tensor, _ outputs: [Tensor]) -> Tensor {
    switch self {
    case .normal:
      let standard = (value - outputs[0]) * (-outputs[1]).exp()
      return (standard.square() * -0.5 - outputs[1] - Self.halfLog).sum(axes: [1])
    case .bernoulli: return value.bernoulliLogDensity(logits: outputs[0])
    case .mixture(let count):
      return Self.logMixture(outputs, count) { index in
        let scale = outputs[2 * count + index].softplus() + Self.floor
        let standard = (value - outputs[count + index]) / scale
        return outputs[index] + standard.square() * -0.5 - scale.log() - Self.halfLog
      }
    case .logistics(let count):
      return Self.logMixture(outputs, count) { index in
        let logScale = outputs[2 * count + index]
        let standard = (value - outputs[count + index]) * (-logScale).exp()
        return outputs[index] - standard - logScale - (-standard).softplus() * 2
      }
    }
  }

  /// The sum over values of log Σ_k w_k p_k(x_d), with the logits of w first among the outputs. `term` is the logit of component k plus
  /// log p_k.
  private static func logMixture(
    _ outputs: [Tensor], _ count: Int, term: (Int) -> Tensor
  ) -> Tensor {
    let shape: Shape = [outputs[0].shape[0], outputs[0].shape[1], 1]
    func stacked(_ tensors: [Tensor]) -> Tensor {
      outputs[0].graph.concatenate(tensors.map { $0.reshape(shape) }, axis: 2)
    }
    let terms = (0..<count).map(term)
    let weights = stacked(Array(outputs[..<count])).logSumExp(axis: 2)
    return (stacked(terms).logSumExp(axis: 2) - weights).sum(axes: [1])
  }

  /// A draw given the outputs for one value, `[batch, 1]` each.
  func draw(_ outputs: [Tensor], _ noise: NoiseSource, _ stream: String) -> Tensor {
    let shape = outputs[0].shape
    switch self {
    case .normal: return outputs[0] + outputs[1].exp() * noise.normal(shape, stream)
    case .bernoulli:
      return outputs[0].sigmoid().greater(noise.uniform(shape, stream))
    case .mixture(let count), .logistics(let count):
      let graph = outputs[0].graph
      let chosen = graph.concatenate(Array(outputs[..<count]), axis: 1)
        .chosenClasses(noise.uniform(shape, "\(stream).component"))
      func picked(_ range: Range<Int>) -> Tensor {
        (graph.concatenate(Array(outputs[range]), axis: 1) * chosen)
          .sum(axes: [1], keepingDimensions: true)
      }
      let (mean, raw) = (picked(count..<2 * count), picked(2 * count..<3 * count))
      guard case .logistics = self else {
        return mean + (raw.softplus() + Self.floor) * noise.normal(shape, stream)
      }
      let u = noise.uniform(shape, stream)
      return mean + raw.exp() * (u.log() - (1 - u).log())
    }
  }

  /// The same of plain numbers: `normal` is a draw from N(0, 1), `uniform` one from (0, 1), and `further` another.
  func value(
    _ outputs: [Float], normal: Float, uniform: Float, further: () -> Float
  ) -> Float {
    switch self {
    case .normal: return outputs[0] + exp(outputs[1]) * normal
    case .bernoulli: return uniform < 1 / (1 + exp(-outputs[0])) ? 1 : 0
    case .mixture(let count), .logistics(let count):
      let largest = outputs[..<count].max() ?? 0
      let weights = outputs[..<count].map { exp($0 - largest) }
      var rest = uniform * weights.reduce(0, +)
      let index = weights.firstIndex { weight in
        rest -= weight
        return rest < 0
      }
      let chosen = index ?? count - 1
      let raw = outputs[2 * count + chosen]
      if case .logistics = self {
        let u = min(further(), Float(1).nextDown)
        return outputs[count + chosen] + exp(raw) * (Foundation.log(u) - Foundation.log1p(-u))
      }
      let scale = max(raw, 0) + Foundation.log1p(exp(-abs(raw))) + Self.floor
      return outputs[count + chosen] + scale * normal
    }
  }
}
