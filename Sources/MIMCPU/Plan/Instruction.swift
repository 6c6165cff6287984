import CKernels
import MIMTensor

/// One call of a C kernel: what a replay consists of.
struct Instruction {
  var kernel: mim_kernel
  var pointers: [UnsafeMutablePointer<Float>?]
  var sizes: [Int]
  var scalars: [Float]
  /// How many calls from this one on may run at the same time.
  var group = 1
  /// What the call needs to live as long as the program.
  var keptAlive: AnyObject?

  init(
    _ kernel: mim_kernel, _ pointers: [UnsafeMutablePointer<Float>?], sizes: [Int],
    scalars: [Float] = []
  ) {
    self.kernel = kernel
    self.pointers = pointers
    self.sizes = sizes
    self.scalars = scalars
  }
}
