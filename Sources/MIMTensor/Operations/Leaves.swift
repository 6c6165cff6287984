/// Numbers fed before a replay.
struct Input: Operation {
  let inputName: String
  var name: String { "input" }
  func gradient(_ context: GradientContext) -> [Tensor?] { [] }
  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
  func instructions(_ binding: Binding) -> [Instruction] { [] }
}

/// Numbers fixed when the graph is built.
struct Constant: Operation {
  let value: HostArray<Float>
  var name: String { "constant" }
  func gradient(_ context: GradientContext) -> [Tensor?] { [] }
  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
  func instructions(_ binding: Binding) -> [Instruction] { [] }
}

/// A trained array in the parameter store.
package struct Parameter: Operation {
  package let parameterName: String
  package var name: String { "parameter" }
  package func gradient(_ context: GradientContext) -> [Tensor?] { [] }
  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
  package func instructions(_ binding: Binding) -> [Instruction] { [] }
}

/// The same numbers, through which no gradient flows.
struct StopGradient: Operation {
  var name: String { "stopGradient" }
  var isView: Bool { true }
  func gradient(_ context: GradientContext) -> [Tensor?] { [nil] }
  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: self, inputs: [true], outputs: [true])
  }
  func instructions(_ binding: Binding) -> [Instruction] { [] }
}

extension Tensor {
  /// The same numbers, seen by the gradient as a constant.
  public func stopGradient() -> Tensor { applying(StopGradient()) }
}
