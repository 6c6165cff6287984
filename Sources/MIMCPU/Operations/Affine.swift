import CKernels
import MIMTensor

extension Affine: CPUOperation {
  var usesOneDNN: Bool { true }

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
    let batch = binding.inputShapes[0][0]
    return operands(binding, batch: batch).map { whole -> [Instruction] in
      // Every part but the last fills whole registers, which the activation may write to the end.
      let multiple = 16 >> min(whole.outputs.trailingZeroBitCount, 2)
      let work = batch * whole.inputs * whole.outputs
      return Instruction.divided(
        batch, into: Instruction.productParts(work, threads: binding.threads), multiple: multiple
      ) { rows in
        var part = whole
        part.x = part.x?.advanced(by: rows.lowerBound * whole.inputs)
        part.y = part.y?.advanced(by: rows.lowerBound * whole.outputs)
        part.batch = rows.count
        return mim_call_AFFINE_ROWS(part)
      }
    }.joined
  }

  /// The operands of each head whose result is read.
  fileprivate func operands(_ binding: Binding, batch: Int) -> [mim_affine] {
    (0..<heads).compactMap { head in
      guard let output = binding.outputs[head] else { return nil }
      let weight = binding.inputShapes[1 + 2 * head]
      return mim_affine(
        x: binding.inputs[0], weights: binding.inputs[1 + 2 * head],
        bias: binding.inputs[2 + 2 * head], y: output, batch: batch, inputs: weight[1],
        outputs: weight[0], activation: activation.code)
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
    base.operands(binding, batch: binding.inputShapes[0][1]).map {
      Instruction(mim_call_AFFINE_COLUMNS($0))
    }
  }
}
