import CKernels
import MIMTensor

extension MatrixProduct: CPUOperation {
  var usesOneDNN: Bool { true }

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
    let whole = mim_matmul(
      a: a, b: b, c: c, transposes_a: transposesA, transposes_b: transposesB,
      accumulates: accumulates, rows: rows, columns: columns, depth: depth,
      a_stride: transposesA ? rows : depth, b_stride: transposesB ? depth : columns,
      c_stride: columns)
    let parts = productParts(rows * columns * depth, threads: threads)
    guard rows >= columns else {
      return divided(columns, into: parts, multiple: 16) { columns in
        mim_call_MATMUL(whole.columns(columns))
      }
    }
    return divided(rows, into: parts, multiple: 4) { rows in mim_call_MATMUL(whole.rows(rows)) }
  }

  /// Into how many parts so many multiplications and additions are worth dividing: more than there
  /// are threads where every part is still long enough, as another program may take a core in the
  /// middle of one.
  static func productParts(_ work: Int, threads: Int) -> Int {
    guard threads > 1, work >= 1 << 21 else { return 1 }
    return min(max(threads, work >> 23), 4 * threads)
  }
}

extension mim_matmul {
  /// The part that makes some rows of C.
  fileprivate func rows(_ range: Range<Int>) -> mim_matmul {
    var part = self
    part.a = part.a?.advanced(by: range.lowerBound * (transposes_a ? 1 : a_stride))
    part.c = part.c?.advanced(by: range.lowerBound * c_stride)
    part.rows = range.count
    return part
  }

  /// The part that makes some columns of C.
  fileprivate func columns(_ range: Range<Int>) -> mim_matmul {
    var part = self
    part.b = part.b?.advanced(by: range.lowerBound * (transposes_b ? b_stride : 1))
    part.c = part.c?.advanced(by: range.lowerBound)
    part.columns = range.count
    return part
  }
}
