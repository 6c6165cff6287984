import CKernels
import MIMTensor

/// The processor: plans run as lists of kernel calls on the calling thread and helpers of our own.
public struct CPUBackend: Backend {
  /// The instruction set of the kernels; nil: the one in use. oneDNN follows the one in use in any case.
  package var instructionSet: InstructionSet?
  /// Whether matrices [batch, features] may be stored with the batch innermost.
  package var storesBatchInnermost = true
  /// Whether oneDNN has products made for this processor.
  package var hasOptimisedProducts = mim_onednn_is_optimised()

  /// The processor with the instruction set in use.
  public init() {}

  /// The processor with kernels of another set.
  package init(instructionSet: InstructionSet?, storesBatchInnermost: Bool = true) {
    self.instructionSet = instructionSet
    self.storesBatchInnermost = storesBatchInnermost
  }

  /// `the processor`
  public var name: String { "the processor" }

  /// What a user should be told of the library at hand; nil for oneDNN as Debian builds it, on OpenMP.
  public static var warning: String? {
    guard mim_onednn_has_own_threads() else { return nil }
    return
      "the oneDNN of this machine runs on threads of its own, beside those of --threads, so steps can take "
      + "longer; use one built on OpenMP (Debian's libdnnl is)"
  }

  /// Zeros at a place that suits the kernels.
  public func makeBuffer(count: Int) throws -> any DeviceBuffer { try AlignedBuffer(count: count) }

  /// Rewrites the graph for speed, gives every array a fixed place, and binds the kernel calls to them.
  public func compile(
    _ computation: Computation, store: ParameterStore, options: PlanOptions
  ) throws -> any Executable {
    try CPUExecutable(computation, store: store, options: CPUOptions(options, on: self))
  }

  /// Rewrites the graph and gives every array a place, and stops there.
  public func cost(of computation: Computation, options: PlanOptions) throws -> PlanSummary {
    let options = CPUOptions(options, on: self)
    let lowering = try Lowering(computation, options: options)
    return PlanSummary(
      lowering, placement: Placement(lowering), instructionSet: options.instructionSet)
  }

  /// Packs the network's weights for drawing pixel by pixel.
  public func makeSampler(of network: PixelNetwork) throws -> any PixelNetworkSampler {
    try PixelColumns(network)
  }
}

/// How a plan runs on the processor.
struct CPUOptions {
  /// The threads that large products may use, at least one.
  let threads: Int
  let seed: UInt64
  let collective: any Collective
  let convolution: ConvolutionAlgorithm
  let instructionSet: InstructionSet
  let storesBatchInnermost: Bool
  let hasOptimisedProducts: Bool

  /// The floats of a register of the kernels.
  var lanes: Int { instructionSet.lanes }

  init(_ options: PlanOptions, on backend: CPUBackend) {
    threads = max(1, options.threads)
    seed = options.seed
    collective = options.collective
    convolution = options.convolution
    instructionSet = backend.instructionSet ?? .inUse
    storesBatchInnermost = backend.storesBatchInnermost
    hasOptimisedProducts = backend.hasOptimisedProducts
  }
}
