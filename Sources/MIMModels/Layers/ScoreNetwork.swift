import MIMTensor

/// The network through which features or codes go before their dot products are scores (Hjelm et al. 2019, arXiv:1808.06670, the authors' code):
/// two layers with batch normalisation and a rectifier between them beside a linear shortcut, then layer normalisation.
struct ScoreNetwork: Sendable {
  let name: String
  let inputs: Int
  let units: Int

  /// The parameters as tensors; matrices are `[units, inputs]`, the rest `[units]`.
  struct Weights {
    let first: Tensor
    let normalScale: Tensor
    let normalShift: Tensor
    let second: (weight: Tensor, bias: Tensor)
    let shortcut: Tensor
    let layerScale: Tensor
    let layerShift: Tensor
  }

  private static let epsilon: Float = 1e-5

  private var first: Linear { Linear(name: "\(name).first", inputs: inputs, outputs: units) }
  private var second: Linear { Linear(name: "\(name).second", inputs: units, outputs: units) }
  private var shortcut: Linear { Linear(name: "\(name).shortcut", inputs: inputs, outputs: units) }

  /// Two of the layers have no bias: normalisation would take it out again.
  private func weight(of layer: Linear) -> [ParameterDeclaration] {
    layer.parameters.filter { $0.name == "\(layer.name).weight" }
  }

  private func normalization(_ part: String) -> [ParameterDeclaration] {
    [("weight", Float(1)), ("bias", 0)].map {
      ParameterDeclaration(
        name: "\(name).\(part).\($0)", shape: [units], initializer: .constant($1))
    }
  }

  var parameters: [ParameterDeclaration] {
    weight(of: first) + normalization("norm") + second.parameters + weight(of: shortcut)
      + normalization("layer_norm")
  }

  var description: LayerDescription {
    LayerDescription(
      name: name, description: "\(inputs) → \(units), relu → \(units), beside \(inputs) → \(units)",
      parameterCount: parameters.reduce(0) { $0 + $1.shape.count })
  }

  /// `rows` `[rows, inputs]` → `[rows, units]`.
  func apply(_ rows: Tensor) -> Tensor {
    let graph = rows.graph
    func part(_ part: String) -> Tensor { graph.parameter("\(name).\(part)", shape: [units]) }
    return graph.scope(name) {
      Self.apply(
        rows,
        Weights(
          first: first.weight(in: graph), normalScale: part("norm.weight"),
          normalShift: part("norm.bias"),
          second: (second.weight(in: graph), second.bias(in: graph)),
          shortcut: shortcut.weight(in: graph), layerScale: part("layer_norm.weight"),
          layerShift: part("layer_norm.bias")))
    }
  }

  /// The same with given parameters. Batch normalisation goes by the rows themselves, in validation too: scores serve training alone, and
  /// nobody asks for them of one item.
  static func apply(_ rows: Tensor, _ weights: Weights) -> Tensor {
    let hidden = normalized(rows.matmul(weights.first, transposeOther: true), weights).relu()
    let sum =
      hidden.affine(weight: weights.second.weight, bias: weights.second.bias)
      + rows.matmul(weights.shortcut, transposeOther: true)
    let centred = sum - sum.mean(axes: [-1], keepingDimensions: true)
    let variance = centred.square().mean(axes: [-1], keepingDimensions: true)
    return centred / (variance + epsilon).sqrt() * weights.layerScale + weights.layerShift
  }

  /// By the mean and the variance of each unit over the rows.
  private static func normalized(_ rows: Tensor, _ weights: Weights) -> Tensor {
    let (count, units) = (rows.shape[0], rows.shape[1])
    let unused = rows.graph.scalar(0).broadcast(to: [units])
    return rows.reshape([count, units, 1, 1]).batchNormalization(
      scale: weights.normalScale, shift: weights.normalShift, runningMean: unused,
      runningVariance: unused, epsilon: epsilon, training: true
    ).0.reshape([count, units])
  }
}
