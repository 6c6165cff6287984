import MIMTensor

/// A computation as the processor runs it: its nodes in order, every array at a fixed place, every operation a call
/// of a kernel with its operands bound. A replay allocates nothing, counts no references, looks nothing up and
/// takes no lock.
final class CPUExecutable: Executable {
  let summary: PlanSummary

  private let graph: Graph
  private let store: ParameterStore
  /// For each value of the caller's graph that was requested: its value in `graph`.
  private let lowered: [Int: Int]
  private let memory: PlanMemory
  private let program: Program

  init(_ computation: Computation, store: ParameterStore, options: CPUOptions) throws {
    let lowering = try Lowering(computation, options: options)
    graph = lowering.graph
    lowered = lowering.values
    self.store = store
    memory = try PlanMemory(lowering, store: store)
    program = try Program(
      lowering, averaged: computation.averaged.compactMap { lowering.values[$0.id] },
      memory: memory, store: store, options: options)
    var summary = PlanSummary(
      lowering, placement: memory.placement, instructionSet: options.instructionSet)
    summary.peakBytes += 4 * program.exchangedCount
    self.summary = summary
  }

  func run(step: UInt64) -> Bool {
    memory.step.pointee = step
    guard program.runBody() else { return false }
    program.runUpdates()
    return true
  }

  func firstNonFinite() -> NonFiniteReport? {
    program.firstNonFinite(graph: graph, memory: memory)
  }

  func withInput(_ input: Tensor, _ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
    guard let id = lowered[input.id], let pointer = memory.pointer(id) else { return }
    precondition(
      graph.nodes[graph.values[id].node].operation is Input, "only inputs can be fed")
    body(UnsafeMutableBufferPointer(start: pointer, count: input.count))
  }

  func withOutput(_ output: Tensor, _ body: (UnsafeBufferPointer<Float>) -> Void) {
    guard let id = lowered[output.id],
      let pointer = program.averagedPlace(id) ?? memory.pointer(id)
    else {
      preconditionFailure("a tensor that is not an output of the plan was read")
    }
    body(UnsafeBufferPointer(start: pointer, count: output.count))
  }
}
