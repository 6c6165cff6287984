/// Numbers fed before a replay.
package struct Input: Operation {
  package let inputName: String
  package var name: String { "input" }
  package func gradient(_ context: GradientContext) -> [Tensor?] { [] }
  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
}

/// Numbers fixed when the graph is built.
package struct Constant: Operation {
  package let value: HostArray<Float>
  package var name: String { "constant" }
  package func gradient(_ context: GradientContext) -> [Tensor?] { [] }
  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
}

/// A trained array in the parameter store.
package struct Parameter: Operation {
  package let parameterName: String
  package var name: String { "parameter" }
  package func gradient(_ context: GradientContext) -> [Tensor?] { [] }
  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
}

/// The same numbers, through which no gradient flows.
package struct StopGradient: Operation {
  package var name: String { "stopGradient" }
  package func gradient(_ context: GradientContext) -> [Tensor?] { [nil] }
  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
}

extension Tensor {
  /// The same numbers, seen by the gradient as a constant.
  public func stopGradient() -> Tensor { applying(StopGradient()) }
}
