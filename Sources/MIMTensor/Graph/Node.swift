/// One operation applied to values of its graph.
package struct Node {
  /// What is computed.
  package let operation: any Operation
  /// The values read, as indices into `Graph.values`.
  package let inputs: [Int]
  /// The values written.
  package let outputs: [Int]
  /// Where in the model it belongs, such as `encoder.layer0`; empty outside every scope.
  package let scope: String
  /// Whether `Graph.gradients` made it.
  package let isGradient: Bool
}

/// One array in a graph: result number `result` of node number `node`.
package struct Value {
  package let shape: Shape
  package let node: Int
  package let result: Int
}
