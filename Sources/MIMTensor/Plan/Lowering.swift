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

  init(graph: Graph, outputs: [Tensor], updates: [Update], options: PlanOptions) {
    let needed = updates.flatMap { [$0.parameter, $0.gradient, $0.learningRate] }
    let roots = (outputs + needed).map(\.id)
    let inputs = graph.order(of: roots).filter { graph.nodes[$0].operation is Input }
      .map { graph.nodes[$0].outputs[0] }
    var rewritten = graph
    var mapping = Dictionary((roots + inputs).map { ($0, $0) }) { first, _ in first }
    if options.storesBatchInnermost {
      let pass = BatchInnermost(graph, keeping: roots + inputs)
      let second = FusedActivations(pass.result, keeping: Array(pass.values.values))
      rewritten = second.result
      mapping = pass.values.compactMapValues { second.values[$0] }
    }
    self.graph = rewritten
    values = mapping
    self.updates = updates.map { update in
      func moved(_ tensor: Tensor) -> Tensor { rewritten.tensor(mapping[tensor.id] ?? tensor.id) }
      return Update(
        parameter: moved(update.parameter), gradient: moved(update.gradient),
        learningRate: moved(update.learningRate), configuration: update.configuration)
    }
    kept = roots.compactMap { mapping[$0] }
    live = rewritten.order(of: kept)
  }
}
