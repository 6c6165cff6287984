import CKernels

/// What a node computes. An operation is one small value type in `Operations/`: its shape rule is
/// the `Tensor` method that makes the node, its gradient rule and its kernel stand beside it, and
/// its name is one line in `OperationTable`.
package protocol Operation: Sendable {
  /// The name in `OperationTable`, in the gradient check and in diagnoses.
  var name: String { get }

  /// The gradients of the loss with respect to each input, nil where there is none or where
  /// `context.needs` says that it is not needed.
  func gradient(_ context: GradientContext) throws -> [Tensor?]

  /// Additions and multiplications in one run; a transcendental function counts as one.
  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int

  /// The floats of scratch memory needed while it runs.
  func workspaceCount(inputs: [Shape], outputs: [Shape]) -> Int

  /// True where element i of the only output depends on element i of each same-sized input and
  /// on no later or earlier one, so that the output may take the place of such an input.
  var worksInPlace: Bool { get }

  /// True where the output is the input's memory under another shape.
  var isView: Bool { get }

  /// The same operation on matrices stored with the batch innermost, where it has such a form.
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm?

  /// The operation's form on images with their channels in blocks, where it has one for these inputs. Throws
  /// `EngineError.outOfMemory`.
  func blocked(_ context: BlockedContext) throws -> BlockedForm?

  /// How a plan computes it with an instruction set, where there is a choice: `direct, AVX-512`. Nil: by the
  /// plain loops of that name.
  func implementation(
    inputs: [Shape], outputs: [Shape], instructionSet: InstructionSet
  ) -> String?

  /// The extents that decide what a pass costs: `100×1×28×28, 7×7`.
  func extents(inputs: [Shape], outputs: [Shape]) -> String

  /// The kernel calls that compute it on bound memory.
  func instructions(_ binding: Binding) -> [Instruction]
}

extension Operation {
  package func gradient(_ context: GradientContext) throws -> [Tensor?] {
    throw EngineError.notDifferentiable(operation: name)
  }
  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    outputs.reduce(0) { $0 + $1.count }
  }
  package func workspaceCount(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
  package var worksInPlace: Bool { false }
  package var isView: Bool { false }
  package func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? { nil }
  package func blocked(_ context: BlockedContext) throws -> BlockedForm? { nil }
  package func implementation(
    inputs: [Shape], outputs: [Shape], instructionSet: InstructionSet
  ) -> String? { nil }
  package func extents(inputs: [Shape], outputs: [Shape]) -> String {
    outputs.first?.extents ?? ""
  }
}

/// An operation's form on transposed matrices: which inputs and outputs it takes transposed.
package struct BatchMinorForm {
  package var operation: any Operation
  package var inputs: [Bool]
  package var outputs: [Bool]
}

/// The memory that an operation's instructions work on.
package struct Binding {
  package var inputs: [UnsafeMutablePointer<Float>]
  /// Nil for a result that nothing reads.
  package var outputs: [UnsafeMutablePointer<Float>?]
  package var inputShapes: [Shape]
  package var outputShapes: [Shape]
  package var workspace: UnsafeMutablePointer<Float>?
  /// The number of the step being replayed, an unsigned 64-bit integer: kernels know it as such, and
  /// take it in the same list as their arrays.
  package var step: UnsafeMutablePointer<Float>
  package var seed: UInt64
  /// How many calls may run at the same time.
  package var threads: Int
}

/// One call of a C kernel: what a replay consists of.
package struct Instruction {
  package var kernel: mim_kernel
  package var pointers: [UnsafeMutablePointer<Float>?]
  package var sizes: [Int]
  package var scalars: [Float]
  /// How many calls from this one on may run at the same time.
  package var group = 1
  /// What the call needs to live as long as the program.
  package var keptAlive: AnyObject?

  package init(
    _ kernel: mim_kernel, _ pointers: [UnsafeMutablePointer<Float>?], sizes: [Int],
    scalars: [Float] = []
  ) {
    self.kernel = kernel
    self.pointers = pointers
    self.sizes = sizes
    self.scalars = scalars
  }
}
