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
    let (inputs, batch) = (binding.inputShapes[0][0], binding.inputShapes[0][1])
    var instructions: [Instruction] = []
    if let output = binding.outputs[0] {
      let ofHeads = (0..<heads).map {
        mim_input_gradient_head(
          dy: outer[$0], weights: binding.inputs[1 + $0], outputs: weightShape($0)[0])
      }
      instructions.append(
        Instruction(
          mim_call_INPUT_GRADIENT_COLUMNS(
            mim_input_gradient(
              dx: output, x: inputActivation == .none ? nil : binding.inputs[0], batch: batch,
              inputs: inputs, heads: heads, activation: inputActivation.code,
              head: quadruple(ofHeads, filledWith: mim_input_gradient_head())))))
    }
    guard binding.outputs.dropFirst().contains(where: { $0 != nil }) else { return instructions }
    let ofHeads = (0..<heads).map {
      mim_weight_gradient_head(
        dy: outer[$0], dw: binding.outputs[1 + 2 * $0], db: binding.outputs[2 + 2 * $0],
        outputs: weightShape($0)[0])
    }
    instructions.append(
      Instruction(
        mim_call_WEIGHT_GRADIENT_COLUMNS(
          mim_weight_gradient(
            x: binding.inputs[0], batch: batch, inputs: inputs, heads: heads,
            head: quadruple(ofHeads, filledWith: mim_weight_gradient_head())))))
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
      [
        Instruction(
          mim_call_SUM(
            mim_reduction(x: outer[head], y: output, outer: 1, extent: batch, inner: weight[0])))
      ]
    }
    return [product, sum].compactMap { $0 }
  }
}

/// What C calls an array of four. Precondition: there are no more.
func quadruple<Element>(
  _ list: [Element], filledWith rest: Element
) -> (Element, Element, Element, Element) {
  precondition(list.count <= 4, "\(list.count) operands where there is room for four")
  func element(_ index: Int) -> Element { index < list.count ? list[index] : rest }
  return (element(0), element(1), element(2), element(3))
}
