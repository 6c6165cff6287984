/// The product of two matrices, either of them transposed first.
package struct MatrixProduct: Operation {
  package var transposesA = false
  package var transposesB = false
  package var name: String { "matmul" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    let (a, b) = (context.inputs[0], context.inputs[1])
    let outer = context.outputGradients[0]
    let toA =
      transposesA
      ? b.matmul(outer, transposeSelf: transposesB, transposeOther: true)
      : outer.matmul(b, transposeOther: !transposesB)
    let toB =
      transposesB
      ? outer.matmul(a, transposeSelf: true, transposeOther: transposesA)
      : a.matmul(outer, transposeSelf: !transposesA)
    return [toA, toB]
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    2 * outputs[0].count * inputs[0][transposesA ? 0 : 1]
  }
}

extension Tensor {
  /// The matrix product op(self)·op(other), shapes [m, k]·[k, n] → [m, n] after the transpositions.
  public func matmul(
    _ other: Tensor, transposeSelf: Bool = false, transposeOther: Bool = false
  ) -> Tensor {
    precondition(shape.rank == 2 && other.shape.rank == 2, "matmul of \(shape) and \(other.shape)")
    let left = transposeSelf ? shape.transposed : shape
    let right = transposeOther ? other.shape.transposed : other.shape
    precondition(left[1] == right[0], "matmul of \(left) and \(right)")
    return graph.append(
      MatrixProduct(transposesA: transposeSelf, transposesB: transposeOther),
      inputs: [self, other], shape: [left[0], right[1]])
  }
}
