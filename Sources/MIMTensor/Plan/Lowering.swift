/// What a plan computes, as a graph rewritten for speed.
struct Lowering {
  /// The rewritten graph.
  let graph: Graph
  /// For outputs and inputs of the original graph: the value here.
  let values: [Int: Int]
  let updates: [Update]
  /// The nodes to run, in order.
  let live: [Int]
  /// Values that must survive to the end of a step.
  let kept: [Int]

  /// Throws `EngineError.outOfMemory`.
  init(graph: Graph, outputs: [Tensor], updates: [Update], options: PlanOptions) throws {
    try Self.requireRepresentable(graph)
    let roots = (outputs + updates.flatMap(\.needed)).map(\.id)
    let inputs = graph.order(of: roots).filter { graph.nodes[$0].operation is Input }
      .map { graph.nodes[$0].outputs[0] }
    var rewritten = graph
    var mapping = Dictionary((roots + inputs).map { ($0, $0) }) { first, _ in first }
    if ChannelBlocks.concerns(graph, keeping: roots) {
      // Matrices beside convolutions are large enough for oneDNN's product, which uses every core.
      let pass = try ChannelBlocks(graph, keeping: roots + inputs, options: options)
      let second = FusedGates(pass.result, keeping: Array(pass.values.values))
      rewritten = second.result
      mapping = pass.values.compactMapValues { second.values[$0] }
    } else if options.storesBatchInnermost {
      let pass = BatchInnermost(graph, keeping: roots + inputs)
      let second = FusedActivations(pass.result, keeping: Array(pass.values.values))
      rewritten = second.result
      mapping = pass.values.compactMapValues { second.values[$0] }
    }
    self.graph = rewritten
    values = mapping
    self.updates = updates.map { update in
      update.moved { rewritten.tensor(mapping[$0.id] ?? $0.id) }
    }
    kept = roots.compactMap { mapping[$0] }
    live = rewritten.order(of: kept)
  }

  /// Throws `EngineError.outOfMemory` where the arrays of the graph together could not be addressed, channels
  /// filled up to whole blocks included, so that sizes can be added without further checks.
  private static func requireRepresentable(_ graph: Graph) throws {
    var total = 0
    for value in graph.values {
      // Room for blocks of up to 16 channels, and for scratch memory of the arrays' own size.
      var count = 16 * 16
      for extent in value.shape.dimensions {
        let (product, overflow) = count.multipliedReportingOverflow(by: max(1, extent))
        guard !overflow else { throw EngineError.outOfMemory(bytes: Int.max) }
        count = product
      }
      let (sum, overflow) = total.addingReportingOverflow(count)
      guard !overflow else { throw EngineError.outOfMemory(bytes: Int.max) }
      total = sum
    }
  }
}
