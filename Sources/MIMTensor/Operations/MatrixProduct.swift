import CKernels

/// The product of two matrices, either of them transposed first.
struct MatrixProduct: Operation {
  var transposesA = false
  var transposesB = false
  var name: String { "matmul" }

  func gradient(_ context: GradientContext) -> [Tensor?] {
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

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    2 * outputs[0].count * inputs[0][transposesA ? 0 : 1]
  }

  func implementation(
    inputs: [Shape], outputs: [Shape], instructionSet: InstructionSet
  ) -> String? {
    "oneDNN sgemm"
  }

  func extents(inputs: [Shape], outputs: [Shape]) -> String {
    "\(inputs[0].extents), \(inputs[1].extents)"
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    let a = binding.inputShapes[0]
    return [
      .product(
        binding.inputs[0], transposed: transposesA, binding.inputs[1], transposed: transposesB,
        binding.outputs[0], rows: binding.outputShapes[0][0], columns: binding.outputShapes[0][1],
        depth: a[transposesA ? 0 : 1])
    ]
  }
}

extension Instruction {
  /// C [rows, columns] = op(A)·op(B), or C += with `accumulates`.
  static func product(
    _ a: UnsafeMutablePointer<Float>?, transposed transposesA: Bool,
    _ b: UnsafeMutablePointer<Float>?, transposed transposesB: Bool,
    _ c: UnsafeMutablePointer<Float>?, rows: Int, columns: Int, depth: Int,
    accumulates: Bool = false
  ) -> Instruction {
    Instruction(
      MIM_MATMUL, [a, b, c],
      sizes: [
        transposesA ? 1 : 0, transposesB ? 1 : 0, rows, columns, depth, accumulates ? 1 : 0,
      ])
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
