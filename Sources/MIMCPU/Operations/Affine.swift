import CKernels
import MIMTensor

extension Affine: CPUOperation {
  func implementation(
    inputs: [Shape], outputs: [Shape], instructionSet: InstructionSet
  ) -> String? { "oneDNN sgemm" }

  func extents(inputs: [Shape], outputs: [Shape]) -> String { extents(of: inputs[0], inputs) }

  /// Of x and the weights.
  fileprivate func extents(of x: Shape, _ inputs: [Shape]) -> String {
    "\(x.extents), "
      + (0..<heads).map { inputs[1 + 2 * $0].extents }.joined(separator: " + ")
  }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(
      operation: AffineColumns(base: self),
      inputs: [true] + [Bool](repeating: false, count: 2 * heads),
      outputs: [Bool](repeating: true, count: heads))
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    calls(MIM_AFFINE_ROWS, binding, batch: binding.inputShapes[0][0]).map {
      $0.dividedRows(threads: binding.threads)
    }.joined
  }

  /// One call for each head whose result is read.
  fileprivate func calls(_ kernel: mim_kernel, _ binding: Binding, batch: Int) -> [Instruction] {
    (0..<heads).compactMap { head in
      guard let output = binding.outputs[head] else { return nil }
      let weight = binding.inputShapes[1 + 2 * head]
      return Instruction(
        kernel,
        [binding.inputs[0], binding.inputs[1 + 2 * head], binding.inputs[2 + 2 * head], output],
        sizes: [batch, weight[1], weight[0], activation.code])
    }
  }
}

/// `Affine` with x and the outputs stored transposed.
struct AffineColumns: CPUOperation {
  let base: Affine
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

  func instructions(_ binding: Binding) -> [Instruction] {
    base.calls(MIM_AFFINE_COLUMNS, binding, batch: binding.inputShapes[0][1])
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
