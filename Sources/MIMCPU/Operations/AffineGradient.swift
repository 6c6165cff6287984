import CKernels
import MIMTensor

extension AffineGradient: CPUOperation {
  var usesOneDNN: Bool { true }

  func extents(inputs: [Shape], outputs: [Shape]) -> String { extents(of: inputs[0], inputs) }

  /// Of x and the weights.
  fileprivate func extents(of x: Shape, _ inputs: [Shape]) -> String {
    "\(x.extents), " + (0..<heads).map { inputs[1 + $0].extents }.joined(separator: " + ")
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
      operation: AffineGradientColumns(base: self),
      inputs: [true] + [Bool](repeating: false, count: heads)
        + [Bool](repeating: true, count: arrays),
      outputs: [true] + [Bool](repeating: false, count: 2 * heads))
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    let (calls, outer) = outerGradients(binding)
    return calls
      + AffineGradientParts(
        heads: heads, inputActivation: .none, binding: binding, outer: outer
      ).rowsInstructions
  }

  /// The gradients before the activation of each head, with the calls that make them.
  fileprivate func outerGradients(
    _ binding: Binding
  ) -> (calls: [Instruction], places: [UnsafeMutablePointer<Float>?]) {
    let gradients = (0..<heads).map { 1 + heads + $0 }
    guard activation != .none else { return ([], gradients.map { binding.inputs[$0] }) }
    var (calls, places) = ([Instruction](), [UnsafeMutablePointer<Float>?]())
    var workspace = binding.workspace
    for gradient in gradients {
      let count = binding.inputShapes[gradient].count
      calls.append(
        Instruction(
          activation.gradientKernel(
            mim_unary_gradient(
              x: binding.inputs[heads + gradient], outer: binding.inputs[gradient],
              result: workspace, count: count, first: 0, second: 0))))
      places.append(workspace)
      workspace = workspace?.advanced(by: count.roundedUp(to: 16))
    }
    return (calls, places)
  }
}

/// `AffineGradient` with matrices stored transposed.
struct AffineGradientColumns: CPUOperation {
  var base: AffineGradient
  /// The activation that made x, by whose derivative the gradient of x is multiplied as well.
  var inputActivation = Activation.none
  var name: String { base.name }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    base.floatingPointOperations(inputs: inputs, outputs: outputs)
  }

  func implementation(
    inputs: [Shape], outputs: [Shape], instructionSet: InstructionSet
  ) -> String? { "own loops, batch innermost, \(instructionSet.title)" }

  func extents(inputs: [Shape], outputs: [Shape]) -> String {
    base.extents(of: inputs[0].transposed, inputs)
  }

  func workspaceCount(inputs: [Shape], outputs: [Shape]) -> Int {
    base.workspaceCount(inputs: inputs, outputs: outputs)
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    let (calls, outer) = base.outerGradients(binding)
    return calls
      + AffineGradientParts(
        heads: base.heads, inputActivation: inputActivation, binding: binding, outer: outer
      ).columnsInstructions
  }
}
