import CKernels

/// How a plan computes convolutions.
public enum ConvolutionAlgorithm: String, Sendable, CaseIterable, Codable {
  /// Winograd's (A. Lavin, S. Gray, arXiv:1509.09308) where it applies: about twice as fast, with
  /// rounding errors of about 1e-4 relative.
  case automatic
  /// Products and sums in their plain order.
  case direct
}

/// How a plan runs.
public struct PlanOptions: Sendable {
  /// The threads that large products may use.
  public var threads: Int
  /// The seed of the noise nodes.
  public var seed: UInt64
  /// Whether matrices [batch, features] may be stored with the batch innermost.
  package var storesBatchInnermost = true
  /// The ranks that run this plan together, each on its share of a batch.
  public var collective: any Collective = SerialCollective()
  /// How convolutions are computed; direct also where the store says so.
  public var convolution: ConvolutionAlgorithm = .automatic
  /// The instruction set of the kernels; nil: the one in use. oneDNN follows the one in use in any case.
  package var instructionSet: InstructionSet?

  /// The floats of a register of the kernels.
  var lanes: Int { (instructionSet ?? .inUse).lanes }

  /// One thread and seed 0 unless said otherwise.
  public init(threads: Int = 1, seed: UInt64 = 0) {
    self.threads = threads
    self.seed = seed
  }
}

/// A graph made ready to run over and over: its nodes in order, every array at a fixed place, every
/// operation a call of a kernel with its operands bound. A replay allocates nothing, counts no
/// references, looks nothing up and takes no lock.
///
/// Not thread-safe: one plan belongs to one thread at a time, and so does its store.
public final class Plan {
  /// What a step costs.
  public let summary: PlanSummary

  let graph: Graph
  let store: ParameterStore
  let options: PlanOptions
  /// For each value of the caller's graph that was requested: its value in `graph`.
  let lowered: [Int: Int]
  let memory: PlanMemory
  let program: Program

  /// Prepares `outputs` (readable after a run) and `updates` (made at the end of each run). Where several
  /// ranks run the plan, the gradients of the updates and the outputs `averaged` are their means over the
  /// ranks.
  ///
  /// Throws `EngineError.missingParameter`, `.parameterShape` or `.outOfMemory`.
  public init(
    graph: Graph, outputs: [Tensor], updates: [Update] = [], averaged: [Tensor] = [],
    store: ParameterStore, options: PlanOptions = PlanOptions()
  ) throws {
    var options = options
    if store.convolution == .direct { options.convolution = .direct }
    let lowering = try Lowering(
      graph: graph, outputs: outputs + averaged, updates: updates, options: options)
    self.graph = lowering.graph
    self.lowered = lowering.values
    self.store = store
    self.options = options
    memory = try PlanMemory(lowering, store: store)
    program = try Program(
      lowering, averaged: averaged.compactMap { lowering.values[$0.id] }, memory: memory,
      store: store, options: options)
    var summary = PlanSummary(
      lowering, memory: memory, instructionSet: options.instructionSet ?? .inUse)
    summary.peakBytes += 4 * program.exchangedCount
    self.summary = summary
  }

  /// Runs one step. `step` numbers the draws of the noise nodes: the same step gives the same
  /// draws.
  ///
  /// Returns false if a gradient that an update needs holds NaN or infinity; the updates of that
  /// step are then left out, so the store keeps its last good values. `firstNonFinite` tells where.
  @discardableResult public func run(step: UInt64) -> Bool {
    memory.step.pointee = step
    guard program.runBody() else { return false }
    program.runUpdates()
    return true
  }

  /// Repeats the last step without its updates and reports the first operation with a result that
  /// is not finite; nil if all are finite.
  public func firstNonFinite() -> NonFiniteReport? {
    program.firstNonFinite(graph: graph, memory: memory)
  }
}

extension Plan {
  /// Feeds an input of the graph; ignored if the plan does not depend on it. Precondition: the
  /// same shape.
  public func set(_ input: Tensor, to value: HostArray<Float>) {
    precondition(value.shape == input.shape, "\(value.shape) fed to an input of \(input.shape)")
    withInput(input) { place in
      value.elements.withUnsafeBufferPointer { source in
        _ = place.update(fromContentsOf: source)
      }
    }
  }

  /// Feeds an input that is one number; ignored if the plan does not depend on it.
  public func set(_ input: Tensor, to value: Float) {
    precondition(input.count == 1, "one number fed to an input of \(input.shape)")
    withInput(input) { $0[0] = value }
  }

  /// Lets `body` write an input in place; it keeps what it held before. Not called if the plan does
  /// not depend on the input.
  public func withInput(_ input: Tensor, _ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
    guard let id = lowered[input.id], let pointer = memory.pointer(id) else { return }
    precondition(
      graph.nodes[graph.values[id].node].operation is Input, "only inputs can be fed")
    body(UnsafeMutableBufferPointer(start: pointer, count: input.count))
  }

  /// The numbers of an output after the last run. Precondition: it is among the plan's outputs.
  public func value(of output: Tensor) -> HostArray<Float> {
    HostArray(Array(elements(of: output)), shape: output.shape)
  }

  /// The number of an output of one element after the last run.
  public func scalar(of output: Tensor) -> Float {
    precondition(output.count == 1, "\(output.shape) is not one number")
    return elements(of: output)[0]
  }

  private func elements(of output: Tensor) -> UnsafeBufferPointer<Float> {
    guard let id = lowered[output.id],
      let pointer = program.averagedPlace(id) ?? memory.pointer(id)
    else {
      preconditionFailure("a tensor that is not an output of the plan was read")
    }
    return UnsafeBufferPointer(start: pointer, count: output.count)
  }
}
