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
  /// The ranks that run this plan together, each on its share of a batch.
  public var collective: any Collective = SerialCollective()
  /// How convolutions are computed; direct also where the store says so.
  public var convolution: ConvolutionAlgorithm = .automatic

  /// One thread and seed 0 unless said otherwise.
  public init(threads: Int = 1, seed: UInt64 = 0) {
    self.threads = threads
    self.seed = seed
  }
}

/// A graph made ready to run over and over on the backend of its store. A replay allocates nothing, looks nothing
/// up and takes no lock.
///
/// Not thread-safe: one plan belongs to one thread at a time, and so does its store.
public final class Plan {
  /// What a step costs.
  public let summary: PlanSummary
  private let executable: any Executable

  /// Prepares `outputs` (readable after a run) and `updates` (made at the end of each run). Where several
  /// ranks run the plan, the gradients of the updates and the outputs `averaged` are their means over the
  /// ranks.
  ///
  /// Throws `EngineError.missingParameter`, `.parameterShape`, `.unsupportedOperation` or `.outOfMemory`.
  public convenience init(
    graph: Graph, outputs: [Tensor], updates: [Update] = [], averaged: [Tensor] = [],
    store: ParameterStore, options: PlanOptions = PlanOptions()
  ) throws {
    try self.init(
      Computation(graph: graph, outputs: outputs, updates: updates, averaged: averaged),
      store: store, options: options)
  }

  /// Prepares a computation; throws as above.
  package init(
    _ computation: Computation, store: ParameterStore, options: PlanOptions
  ) throws {
    var options = options
    if store.convolution == .direct { options.convolution = .direct }
    executable = try store.backend.compile(computation, store: store, options: options)
    summary = executable.summary
  }

  /// Runs one step. `step` numbers the draws of the noise nodes: the same step gives the same
  /// draws.
  ///
  /// Returns false if a gradient that an update needs holds NaN or infinity; the updates of that
  /// step are then left out, so the store keeps its last good values. `firstNonFinite` tells where.
  @discardableResult public func run(step: UInt64) -> Bool {
    executable.run(step: step)
  }

  /// Repeats the last step without its updates and reports the first operation with a result that
  /// is not finite; nil if all are finite.
  public func firstNonFinite() -> NonFiniteReport? {
    executable.firstNonFinite()
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
    executable.withInput(input, body)
  }

  /// The numbers of an output after the last run. Precondition: it is among the plan's outputs.
  public func value(of output: Tensor) -> HostArray<Float> {
    var result: [Float] = []
    executable.withOutput(output) { result = Array($0) }
    return HostArray(result, shape: output.shape)
  }

  /// The number of an output of one element after the last run.
  public func scalar(of output: Tensor) -> Float {
    precondition(output.count == 1, "\(output.shape) is not one number")
    var result = Float.nan
    executable.withOutput(output) { result = $0[0] }
    return result
  }
}
