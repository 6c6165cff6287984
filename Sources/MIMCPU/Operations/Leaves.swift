import MIMTensor

extension Input: CPUOperation {
  func instructions(_ binding: Binding) -> [Instruction] { [] }
}

extension Constant: CPUOperation {
  func instructions(_ binding: Binding) -> [Instruction] { [] }
}

extension Parameter: CPUOperation {
  func instructions(_ binding: Binding) -> [Instruction] { [] }
}

extension StopGradient: CPUOperation {
  var isView: Bool { true }
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: self, inputs: [true], outputs: [true])
  }
  func instructions(_ binding: Binding) -> [Instruction] { [] }
}
