import CKernels

/// The gradient of `Affine`. Inputs: x, the heads' weights, the gradients of the heads' outputs
/// and, under an activation, those outputs. Outputs: the gradients of x and of each head's W and
/// b; those that nobody reads are not computed.
struct AffineGradient: Operation {
  let heads: Int
  let activation: Activation
  var columns = false
  var name: String { "affineGradient" }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    let batch = inputs[0].count / max(inputs[0][1], 1)
    let products = (0..<heads).reduce(0) { $0 + 4 * inputs[1 + $1].count * batch }
    let firstGradient = 1 + heads
    let sums = (0..<heads).reduce(0) { $0 + 3 * inputs[firstGradient + $1].count }
    return products + sums
  }

  func workspaceCount(inputs: [Shape], outputs: [Shape]) -> Int {
    guard activation != .none else { return 0 }
    return (0..<heads).reduce(0) { $0 + inputs[1 + heads + $1].count.roundedUp(to: 16) }
  }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    let arrays = heads * (activation == .none ? 1 : 2)
    return BatchMinorForm(
      operation: AffineGradient(heads: heads, activation: activation, columns: true),
      inputs: [true] + [Bool](repeating: false, count: heads)
        + [Bool](repeating: true, count: arrays),
      outputs: [true] + [Bool](repeating: false, count: 2 * heads))
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    var instructions: [Instruction] = []
    var workspace = binding.workspace
    var outer: [UnsafeMutablePointer<Float>?] = []
    for head in 0..<heads {
      let gradient = binding.inputs[1 + heads + head]
      let count = binding.inputShapes[1 + heads + head].count
      guard activation != .none else {
        outer.append(gradient)
        continue
      }
      instructions.append(
        Instruction(
          activation.gradientKernel, [binding.inputs[1 + 2 * heads + head], gradient, workspace],
          sizes: [count]))
      outer.append(workspace)
      workspace = workspace?.advanced(by: count.roundedUp(to: 16))
    }
    return instructions + inputGradient(binding, outer) + parameterGradients(binding, outer)
  }

  private func inputGradient(
    _ binding: Binding, _ outer: [UnsafeMutablePointer<Float>?]
  ) -> [Instruction] {
    guard let output = binding.outputs[0] else { return [] }
    return (0..<heads).map { head in
      let weight = binding.inputShapes[1 + head]
      let batch = binding.inputShapes[0][columns ? 1 : 0]
      if columns {
        return .product(
          binding.inputs[1 + head], transposed: true, outer[head], transposed: false, output,
          rows: weight[1], columns: batch, depth: weight[0], accumulates: head > 0)
      }
      return .product(
        outer[head], transposed: false, binding.inputs[1 + head], transposed: false, output,
        rows: batch, columns: weight[1], depth: weight[0], accumulates: head > 0)
    }
  }

  private func parameterGradients(
    _ binding: Binding, _ outer: [UnsafeMutablePointer<Float>?]
  ) -> [Instruction] {
    let batch = binding.inputShapes[0][columns ? 1 : 0]
    return (0..<heads).flatMap { head in
      let weight = binding.inputShapes[1 + head]
      var instructions: [Instruction] = []
      if let output = binding.outputs[1 + 2 * head] {
        instructions.append(
          .product(
            outer[head], transposed: !columns, binding.inputs[0], transposed: columns, output,
            rows: weight[0], columns: weight[1], depth: batch))
      }
      if let output = binding.outputs[2 + 2 * head] {
        let sizes = columns ? [weight[0], batch, 1] : [1, batch, weight[0]]
        instructions.append(Instruction(MIM_SUM, [outer[head], output], sizes: sizes))
      }
      return instructions
    }
  }
}

extension Int {
  package func roundedUp(to multiple: Int) -> Int {
    (self + multiple - 1) / multiple * multiple
  }
}
