import CKernels

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

  /// For x [batch, in].
  var rowsInstructions: [Instruction] {
    let batch = binding.inputShapes[0][0]
    var instructions: [Instruction] = []
    for head in 0..<heads {
      let weight = weightShape(head)
      if let output = binding.outputs[0] {
        instructions.append(
          .product(
            outer[head], transposed: false, binding.inputs[1 + head], transposed: false, output,
            rows: batch, columns: weight[1], depth: weight[0], accumulates: head > 0))
      }
      if let output = binding.outputs[1 + 2 * head] {
        instructions.append(
          .product(
            outer[head], transposed: true, binding.inputs[0], transposed: false, output,
            rows: weight[0], columns: weight[1], depth: batch))
      }
      if let output = binding.outputs[2 + 2 * head] {
        instructions.append(
          Instruction(MIM_SUM, [outer[head], output], sizes: [1, batch, weight[0]]))
      }
    }
    return instructions
  }
}
