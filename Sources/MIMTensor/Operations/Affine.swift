import CKernels

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

  /// The number the affine kernel knows it by. Swish needs its own input for its derivative, so
  /// it is an operation by itself.
  var code: Int {
    switch self {
    case .none, .swish: 0
    case .tanh: 1
    case .relu: 2
    case .sigmoid: 3
    }
  }

  var gradientKernel: mim_kernel {
    switch self {
    case .tanh: MIM_TANH_GRADIENT
    case .relu: MIM_RELU_GRADIENT
    case .sigmoid: MIM_SIGMOID_GRADIENT
    case .none, .swish: preconditionFailure("\(self) is not fused")
    }
  }
}

/// activation(x·Wᵀ + b) for one or more heads (W, b) that share x.
/// Inputs: x [batch, in], then W [out, in] and b [out] of each head. Outputs: [batch, out] each.
/// With `columns`, x and the outputs are stored transposed.
struct Affine: Operation {
  let heads: Int
  let activation: Activation
  var columns = false
  var name: String { "affine" }

  func gradient(_ context: GradientContext) -> [Tensor?] {
    let x = context.inputs[0]
    let weights = (0..<heads).map { context.inputs[1 + 2 * $0] }
    let outputs = activation == .none ? [] : context.outputs
    let shapes = context.inputs.map(\.shape)
    return x.graph.append(
      AffineGradient(heads: heads, activation: activation),
      inputs: [x] + weights + context.outputGradients + outputs, shapes: shapes)
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    (0..<heads).reduce(0) { sum, head in
      let depth = inputs[1 + 2 * head][1]
      return sum + outputs[head].count * (2 * depth + (activation == .none ? 0 : 1))
    }
  }

  func implementation(
    inputs: [Shape], outputs: [Shape], instructionSet: InstructionSet
  ) -> String? {
    columns ? "own loops, batch innermost, \(instructionSet.title)" : "oneDNN sgemm"
  }

  func extents(inputs: [Shape], outputs: [Shape]) -> String {
    let weights = (0..<heads).map { inputs[1 + 2 * $0].extents }.joined(separator: " + ")
    let x = columns ? inputs[0].transposed : inputs[0]
    return "\(x.extents), \(weights)"
  }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(
      operation: Affine(heads: heads, activation: activation, columns: true),
      inputs: [true] + [Bool](repeating: false, count: 2 * heads),
      outputs: [Bool](repeating: true, count: heads))
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    (0..<heads).map { head -> [Instruction] in
      guard let output = binding.outputs[head] else { return [] }
      let weight = binding.inputShapes[1 + 2 * head]
      let batch = binding.inputShapes[0][columns ? 1 : 0]
      let call = Instruction(
        columns ? MIM_AFFINE_COLUMNS : MIM_AFFINE_ROWS,
        [binding.inputs[0], binding.inputs[1 + 2 * head], binding.inputs[2 + 2 * head], output],
        sizes: [batch, weight[1], weight[0], activation.code])
      return columns ? [call] : call.dividedRows(threads: binding.threads)
    }.joined
  }
}

extension Instruction {
  /// An affine map of rows as several calls where that pays. Every part but the last fills whole
  /// registers, which the activation may write to the end.
  fileprivate func dividedRows(threads: Int) -> [Instruction] {
    let (batch, depth, out) = (sizes[0], sizes[1], sizes[2])
    return divided(
      0, strides: [depth, 0, 0, out],
      into: Self.productParts(batch * depth * out, threads: threads),
      multiple: 16 >> min(out.trailingZeroBitCount, 2))
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
