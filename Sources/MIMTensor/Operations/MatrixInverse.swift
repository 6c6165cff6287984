/// The inverse of a square matrix, and log |det| of the matrix itself; computed in double precision. Of a singular matrix neither is
/// finite.
package struct MatrixInverse: Operation {
  package var name: String { "matrixInverse" }

  /// −A⁻ᵀ G A⁻ᵀ of the inverse, and g A⁻ᵀ of log |det A|.
  package func gradient(_ context: GradientContext) -> [Tensor?] {
    let inverse = context.outputs[0]
    let (ofInverse, ofLogarithm) = (context.outputGradients[0], context.outputGradients[1])
    let product = inverse.matmul(ofInverse, transposeSelf: true)
      .matmul(inverse, transposeOther: true)
    return [inverse.transpose() * ofLogarithm - product]
  }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    2 * inputs[0].count * inputs[0][0]
  }
}

extension Tensor {
  /// A⁻¹ `[n, n]` of a matrix A `[n, n]`, and log |det A|, a scalar. Cubic in n, on one thread: for matrices of channels.
  public func matrixInverse() -> (inverse: Tensor, logDeterminant: Tensor) {
    precondition(shape.rank == 2 && shape[0] == shape[1], "the inverse of \(shape)")
    let results = graph.append(MatrixInverse(), inputs: [self], shapes: [shape, []])
    return (results[0], results[1])
  }
}
