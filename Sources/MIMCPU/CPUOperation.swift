import MIMTensor

/// How the processor computes an operation: one file each in `Operations/` says it of the operations of
/// `MIMTensor`, and conversions and forms of the processor's own are such operations too.
protocol CPUOperation: Operation {
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

  /// Whether it is a product of oneDNN's.
  var usesOneDNN: Bool { get }

  /// The extents that decide what a pass costs: `100×1×28×28, 7×7`.
  func extents(inputs: [Shape], outputs: [Shape]) -> String

  /// The kernel calls that compute it on bound memory.
  func instructions(_ binding: Binding) -> [Instruction]
}

extension CPUOperation {
  func workspaceCount(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
  var worksInPlace: Bool { false }
  var isView: Bool { false }
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? { nil }
  func blocked(_ context: BlockedContext) throws -> BlockedForm? { nil }
  func implementation(
    inputs: [Shape], outputs: [Shape], instructionSet: InstructionSet
  ) -> String? { usesOneDNN ? "oneDNN sgemm" : nil }
  var usesOneDNN: Bool { false }
  func extents(inputs: [Shape], outputs: [Shape]) -> String {
    outputs.first?.extents ?? ""
  }
}

/// An operation's form on transposed matrices: which inputs and outputs it takes transposed.
struct BatchMinorForm {
  var operation: any CPUOperation
  var inputs: [Bool]
  var outputs: [Bool]
}

/// The memory that an operation's instructions work on.
struct Binding {
  var inputs: [UnsafeMutablePointer<Float>]
  /// Nil for a result that nothing reads.
  var outputs: [UnsafeMutablePointer<Float>?]
  var inputShapes: [Shape]
  var outputShapes: [Shape]
  var workspace: UnsafeMutablePointer<Float>?
  /// The number of the step being replayed.
  var step: UnsafePointer<UInt64>
  var seed: UInt64
  /// How many calls may run at the same time.
  var threads: Int
}
