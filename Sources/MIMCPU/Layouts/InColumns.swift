import MIMTensor

/// An operation with a kernel of its own for matrices stored with the batch innermost.
protocol ColumnsOperation: CPUOperation {
  /// The kernel calls, on transposed matrices with `columns`.
  func instructions(_ binding: Binding, columns: Bool) -> [Instruction]
}

extension ColumnsOperation {
  func instructions(_ binding: Binding) -> [Instruction] { instructions(binding, columns: false) }
}

/// An operation on transposed matrices.
struct InColumns<Base: ColumnsOperation>: CPUOperation {
  let base: Base
  var name: String { base.name }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    base.floatingPointOperations(inputs: inputs, outputs: outputs)
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    base.instructions(binding, columns: true)
  }
}
