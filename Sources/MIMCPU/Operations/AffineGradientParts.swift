import CKernels
import MIMTensor

/// The kernel calls of an affine map's gradient, once the gradient `outer` before the activation of
/// each head is known.
struct AffineGradientParts {
  let heads: Int
  let inputActivation: Activation
  let binding: Binding
  let outer: [UnsafeMutablePointer<Float>?]

  private func weightShape(_ head: Int) -> Shape { binding.inputShapes[1 + head] }

  /// For x [in, batch].
  var columnsInstructions: [Instruction] {
    let batch = binding.inputShapes[0][1]
    var instructions: [Instruction] = []
    let widths = (0..<heads).map { weightShape($0)[0] }
    if let output = binding.outputs[0] {
      var operands = [output, inputActivation == .none ? nil : binding.inputs[0]]
      for head in 0..<heads { operands += [outer[head], binding.inputs[1 + head]] }
      let sizes = [batch, binding.inputShapes[0][0], inputActivation.code, heads] + widths
      instructions.append(Instruction(MIM_INPUT_GRADIENT_COLUMNS, operands, sizes: sizes))
    }
    guard binding.outputs.dropFirst().contains(where: { $0 != nil }) else { return instructions }
    var operands: [UnsafeMutablePointer<Float>?] = [binding.inputs[0]]
    for head in 0..<heads {
      operands += [outer[head], binding.outputs[1 + 2 * head], binding.outputs[2 + 2 * head]]
    }
    let sizes = [batch, binding.inputShapes[0][0], heads] + widths
    instructions.append(Instruction(MIM_WEIGHT_GRADIENT_COLUMNS, operands, sizes: sizes))
    return instructions
  }

  /// For x [batch, in]: the first head's share of the gradient of x beside the gradients of all
  /// parameters, then the other heads' shares.
  var rowsInstructions: [Instruction] {
    let first = [inputGradient(0)] + (0..<heads).flatMap { parameterGradients($0) }
    return first.joined + (1..<max(heads, 1)).flatMap { inputGradient($0) }
  }

  private func inputGradient(_ head: Int) -> [Instruction] {
    guard let output = binding.outputs[0] else { return [] }
    let weight = weightShape(head)
    return Instruction.product(
      outer[head], transposed: false, binding.inputs[1 + head], transposed: false, output,
      rows: binding.inputShapes[0][0], columns: weight[1], depth: weight[0],
      accumulates: head > 0, threads: binding.threads)
  }

  private func parameterGradients(_ head: Int) -> [[Instruction]] {
    let (batch, weight) = (binding.inputShapes[0][0], weightShape(head))
    let product = binding.outputs[1 + 2 * head].map { output in
      Instruction.product(
        outer[head], transposed: true, binding.inputs[0], transposed: false, output,
        rows: weight[0], columns: weight[1], depth: batch, threads: binding.threads)
    }
    let sum = binding.outputs[2 + 2 * head].map { output in
      [Instruction(MIM_SUM, [outer[head], output], sizes: [1, batch, weight[0]])]
    }
    return [product, sum].compactMap { $0 }
  }
}
