import CKernels
import MIMTensor

/// Numbers where kernels want them: at a 64-byte boundary, or a little behind it.
final class KernelArray {
  let pointer: UnsafeMutablePointer<Float>
  let count: Int
  private let memory: UnsafeMutableRawPointer

  /// - Parameter offset: by how many numbers the first one misses the boundary.
  init(_ values: [Float], offset: Int = 0) {
    count = values.count
    // Full registers are read and written.
    let bytes = (values.count + offset + 15) / 16 * 64
    guard let memory = mim_allocate(Int64(bytes)) else { preconditionFailure("no memory") }
    self.memory = memory
    pointer = memory.assumingMemoryBound(to: Float.self) + offset
    pointer.update(from: values, count: count)
  }

  /// Room for results, of which none is 0 or 1 by chance.
  convenience init(unset count: Int) { self.init([Float](repeating: -12_345, count: count)) }

  deinit { mim_free(memory) }

  var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}

/// Runs one kernel for an instruction set.
func run(
  _ kernel: mim_kernel, _ variant: mim_variant, _ arrays: [KernelArray?], sizes: [Int]
) {
  var call = mim_instruction()
  let pointers = arrays.map { array in array.map { UnsafeMutableRawPointer($0.pointer) } }
  let status = mim_instruction_fill(
    &call, kernel, variant, pointers, Int64(pointers.count), sizes.map(Int64.init),
    Int64(sizes.count), nil, 0)
  precondition(status == 0, "kernel \(kernel) cannot be called")
  mim_run(&call, 1)
}

/// What kernels can be asked for here.
let kernelVariants = [MIM_BASELINE, MIM_AVX2, MIM_AVX512].filter {
  $0.rawValue <= mim_best_variant().rawValue
}
