/// Rows of a table chosen by index. An index outside the table is taken as the nearest row; NaN
/// as row 0.
package struct Gather: Operation {
  package var name: String { "gather" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    let outer = context.outputGradients[0]
    let table = context.inputs[0].shape
    return [
      context.needs[0]
        ? outer.graph.append(Scatter(), inputs: [outer, context.inputs[1]], shape: table) : nil,
      nil,
    ]
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
}

/// Adds rows to the rows of a zero table chosen by index: the gradient of a gather.
package struct Scatter: Operation {
  package init() {}
  package var name: String { "scatter" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    [context.outputGradients[0].gather(rows: context.inputs[1]), nil]
  }
}

extension Tensor {
  /// The rows (along the outermost axis) whose indices `rows` holds as whole numbers: shape
  /// `[n, …]` for indices of shape `[n]`. Precondition: `self` has a row, and at most 2²⁴ of them
  /// (an index is a float).
  public func gather(rows: Tensor) -> Tensor {
    precondition(
      shape.rank >= 1 && rows.shape.rank == 1 && shape[0] > 0 && shape[0] <= 1 << 24,
      "gather of \(rows.shape) from \(shape)")
    return graph.append(
      Gather(), inputs: [self, rows],
      shape: Shape([rows.shape[0]] + shape.dimensions.dropFirst()))
  }
}
