import CKernels
import MIMTensor

extension MatrixProduct: CPUOperation {
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
    return Instruction.product(
      binding.inputs[0], transposed: transposesA, binding.inputs[1], transposed: transposesB,
      binding.outputs[0], rows: binding.outputShapes[0][0], columns: binding.outputShapes[0][1],
      depth: a[transposesA ? 0 : 1], threads: binding.threads)
  }
}

extension Instruction {
  /// C [rows, columns] = op(A)·op(B), or C += with `accumulates`; as several calls where that pays,
  /// each for a part of the longer side of C.
  static func product(
    _ a: UnsafeMutablePointer<Float>?, transposed transposesA: Bool,
    _ b: UnsafeMutablePointer<Float>?, transposed transposesB: Bool,
    _ c: UnsafeMutablePointer<Float>?, rows: Int, columns: Int, depth: Int,
    accumulates: Bool = false, threads: Int
  ) -> [Instruction] {
    let (strideA, strideB) = (transposesA ? rows : depth, transposesB ? depth : columns)
    let whole = Instruction(
      MIM_MATMUL, [a, b, c],
      sizes: [
        transposesA ? 1 : 0, transposesB ? 1 : 0, rows, columns, depth, accumulates ? 1 : 0,
        strideA, strideB, columns,
      ])
    let parts = productParts(rows * columns * depth, threads: threads)
    return rows >= columns
      ? whole.divided(
        2, strides: [transposesA ? 1 : strideA, 0, columns], into: parts, multiple: 4)
      : whole.divided(3, strides: [0, transposesB ? strideB : 1, 1], into: parts, multiple: 16)
  }

  /// Into how many parts so many multiplications and additions are worth dividing: more than there
  /// are threads where every part is still long enough, as another program may take a core in the
  /// middle of one.
  static func productParts(_ work: Int, threads: Int) -> Int {
    guard threads > 1, work >= 1 << 21 else { return 1 }
    return min(max(threads, work >> 23), 4 * threads)
  }
}
