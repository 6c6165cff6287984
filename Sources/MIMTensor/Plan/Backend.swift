/// What computes graphs: the processor (`CPUBackend` of MIMCPU), or another device in a target of its own.
///
/// A `ParameterStore` is made on a backend, and plans over the store run there.
public protocol Backend: Sendable {
  /// The name in sentences: `the processor`.
  var name: String { get }

  /// `count` zeros. Throws `EngineError.outOfMemory`.
  func makeBuffer(count: Int) throws -> any DeviceBuffer

  /// Makes a computation ready to run. The buffers of `store` are this backend's own.
  ///
  /// Throws `EngineError.missingParameter`, `.parameterShape`, `.unsupportedOperation` or `.outOfMemory`.
  func compile(
    _ computation: Computation, store: ParameterStore, options: PlanOptions
  ) throws -> any Executable

  /// What a step of a computation would cost: as `compile` and the executable's `summary` say, without memory for its
  /// arrays and without kernels made ready.
  ///
  /// Throws `EngineError.unsupportedOperation`, or `.outOfMemory` where an array has no representable size.
  func cost(of computation: Computation, options: PlanOptions) throws -> PlanSummary

  /// Makes a network ready for drawing images. Throws `EngineError.outOfMemory`.
  func makeSampler(of network: PixelNetwork) throws -> any PixelNetworkSampler
}

/// Numbers in a backend's memory.
public protocol DeviceBuffer: AnyObject {
  /// A copy of the numbers.
  var elements: [Float] { get }

  /// Replaces the numbers. Precondition: as many as there are.
  func set(_ elements: [Float])
}

/// What a plan computes in a step.
public struct Computation {
  /// The graph that all tensors belong to.
  public let graph: Graph
  /// What can be read after a step.
  public let outputs: [Tensor]
  /// What is changed at the end of a step.
  public let updates: [Update]
  /// What is replaced by its mean over the ranks, where several run the plan.
  public let averaged: [Tensor]

  package init(
    graph: Graph, outputs: [Tensor], updates: [Update] = [], averaged: [Tensor] = []
  ) {
    self.graph = graph
    self.outputs = outputs
    self.updates = updates
    self.averaged = averaged
  }
}

/// A computation made ready to run over and over by a backend: what is behind a `Plan`, which says what each of
/// these does.
public protocol Executable: AnyObject {
  /// What a step costs.
  var summary: PlanSummary { get }

  /// Runs one step. Returns false where its updates were left out.
  func run(step: UInt64) -> Bool

  /// Repeats the last step without its updates and reports the first operation with a result that is not finite.
  func firstNonFinite() -> NonFiniteReport?

  /// Lets `body` write an input that the computation depends on. What it held before is there.
  func withInput(_ input: Tensor, _ body: (UnsafeMutableBufferPointer<Float>) -> Void)

  /// Lets `body` read an output after a step.
  func withOutput(_ output: Tensor, _ body: (UnsafeBufferPointer<Float>) -> Void)
}
