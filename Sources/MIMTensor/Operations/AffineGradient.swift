import CKernels

/// The gradient of `Affine`. Inputs: x, the heads' weights, the gradients of the heads' outputs
/// and, under an activation, those outputs. Outputs: the gradients of x and of each head's W and
/// b; those that nothing reads are not computed.
struct AffineGradient: Operation {
  let heads: Int
  var activation: Activation
  var columns = false
  /// The activation that made x, by whose derivative the gradient of x is multiplied as well.
  var inputActivation = Activation.none
  var name: String { "affineGradient" }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    let batch = inputs[0].count / max(inputs[1][1], 1)
    let products = (0..<heads).reduce(0) { $0 + 4 * inputs[1 + $1].count * batch }
    let firstGradient = 1 + heads
    let sums = (0..<heads).reduce(0) { $0 + 3 * inputs[firstGradient + $1].count }
    return products + sums
  }

  func implementation(
    inputs: [Shape], outputs: [Shape], instructionSet: InstructionSet
  ) -> String? {
    columns ? "own loops, batch innermost, \(instructionSet.title)" : "oneDNN sgemm"
  }

  func extents(inputs: [Shape], outputs: [Shape]) -> String {
    let weights = (0..<heads).map { inputs[1 + $0].extents }.joined(separator: " + ")
    let x = columns ? inputs[0].transposed : inputs[0]
    return "\(x.extents), \(weights)"
  }

  func workspaceCount(inputs: [Shape], outputs: [Shape]) -> Int {
    guard activation != .none else { return 0 }
    return (0..<heads).reduce(0) { $0 + inputs[1 + heads + $1].count.roundedUp(to: 16) }
  }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    // The kernels have room for four heads.
    guard heads <= 4 else { return nil }
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
    let parts = AffineGradientParts(
      heads: heads, inputActivation: inputActivation, binding: binding, outer: outer)
    return instructions + (columns ? parts.columnsInstructions : parts.rowsInstructions)
  }
}

extension Int {
  package func roundedUp(to multiple: Int) -> Int {
    (self + multiple - 1) / multiple * multiple
  }
}
