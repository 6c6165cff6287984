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
func run(_ call: mim_call, _ variant: mim_variant) {
  var instruction = mim_instruction()
  let status = withUnsafePointer(to: call) { mim_instruction_fill(&instruction, $0, variant) }
  precondition(status == 0, "kernel \(call.kernel) cannot be called")
  mim_run(&instruction, 1)
}

/// What kernels can be asked for here.
let kernelVariants = [MIM_BASELINE, MIM_AVX2, MIM_AVX512].filter {
  $0.rawValue <= mim_best_variant().rawValue
}
