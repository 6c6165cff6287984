import MIMTensor

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

  /// Throws `EngineError.outOfMemory`, `.unsupportedOperation` and `.unoptimisedOperation`.
  init(_ computation: Computation, options: CPUOptions) throws {
    let (graph, updates) = (computation.graph, computation.updates)
    try Self.requireRepresentable(graph)
    let outputs = computation.outputs + computation.averaged
    let roots = (outputs + updates.flatMap(\.needed)).map(\.id)
    let needed = graph.order(of: roots)
    try Self.requireComputable(needed, graph)
    let inputs = needed.filter { graph.nodes[$0].operation is Input }
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
    if !options.hasOptimisedProducts { try Self.requireOptimised(live, rewritten) }
  }

  /// Throws `EngineError.unsupportedOperation` for the first of `nodes` that has no `CPUOperation`.
  private static func requireComputable(_ nodes: [Int], _ graph: Graph) throws {
    for node in nodes.map({ graph.nodes[$0] }) where !(node.operation is any CPUOperation) {
      throw EngineError.unsupportedOperation(
        name: node.operation.name, shape: node.outputs.first.map { graph.values[$0].shape } ?? [],
        backend: CPUBackend().name)
    }
  }

  /// Throws `EngineError.unoptimisedOperation` for the first of `nodes` that oneDNN would compute by plain loops.
  private static func requireOptimised(_ nodes: [Int], _ graph: Graph) throws {
    for node in nodes.map({ graph.nodes[$0] }) where node.cpu.usesOneDNN {
      throw EngineError.unoptimisedOperation(
        name: node.operation.name, layer: node.scope,
        shape: node.outputs.first.map { graph.values[$0].shape } ?? [])
    }
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

extension Node {
  /// How the processor computes it. Precondition: `Lowering` has seen it.
  var cpu: any CPUOperation {
    guard let known = operation as? any CPUOperation else {
      preconditionFailure("\(operation.name) was not looked at before")
    }
    return known
  }
}
