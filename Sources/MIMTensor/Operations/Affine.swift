/// A function applied to an affine map's result in the same pass.
public enum Activation: String, Sendable, CaseIterable, Codable {
  /// x itself.
  case none
  /// The hyperbolic tangent.
  case tanh
  /// max(x, 0).
  case relu
  /// 1 / (1 + e⁻ˣ).
  case sigmoid
  /// x·sigmoid(x).
  case swish
}

/// activation(x·Wᵀ + b) for one or more heads (W, b) that share x.
/// Inputs: x [batch, in], then W [out, in] and b [out] of each head. Outputs: [batch, out] each.
package struct Affine: Operation {
  package let heads: Int
  package let activation: Activation
  package var name: String { "affine" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    let x = context.inputs[0]
    let weights = (0..<heads).map { context.inputs[1 + 2 * $0] }
    let outputs = activation == .none ? [] : context.outputs
    let shapes = context.inputs.map(\.shape)
    return x.graph.append(
      AffineGradient(heads: heads, activation: activation),
      inputs: [x] + weights + context.outputGradients + outputs, shapes: shapes)
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    (0..<heads).reduce(0) { sum, head in
      let depth = inputs[1 + 2 * head][1]
      return sum + outputs[head].count * (2 * depth + (activation == .none ? 0 : 1))
    }
  }
}

extension Tensor {
  /// activation(x·Wᵀ + b): x [batch, in], `weight` [out, in], `bias` [out] → [batch, out].
  public func affine(
    weight: Tensor, bias: Tensor, activation: Activation = .none
  ) -> Tensor {
    affine(heads: [(weight, bias)], activation: activation)[0]
  }

  /// Several affine maps of the same x in one node, their parameters kept apart: the mean and
  /// log-scale heads of a Gaussian, or the two halves of a gated layer.
  public func affine(
    heads: [(weight: Tensor, bias: Tensor)], activation: Activation = .none
  ) -> [Tensor] {
    precondition(shape.rank == 2 && !heads.isEmpty, "affine map of shape \(shape)")
    for (weight, bias) in heads {
      precondition(
        weight.shape.rank == 2 && weight.shape[1] == shape[1]
          && bias.shape == [weight.shape[0]],
        "affine map of \(shape) with weight \(weight.shape) and bias \(bias.shape)")
    }
    let fused = activation == .swish ? .none : activation
    let outputs = graph.append(
      Affine(heads: heads.count, activation: fused),
      inputs: [self] + heads.flatMap { [$0.weight, $0.bias] },
      shapes: heads.map { [shape[0], $0.weight.shape[0]] })
    return activation == .swish ? outputs.map { $0.swish() } : outputs
  }
}
