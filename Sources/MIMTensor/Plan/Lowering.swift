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
    var rewrite = Rewrite(graph: graph, roots: roots)
    if options.storesBatchInnermost { rewrite.storeBatchInnermost() }
    let mapping = rewrite.values
    self.graph = rewrite.graph
    let rewritten = rewrite.graph
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

/// A graph that passes replace step by step, with the way from the original's values.
struct Rewrite {
  var graph: Graph
  /// Original value → value in `graph`, for roots and inputs.
  var values: [Int: Int]
  let roots: [Int]

  init(graph: Graph, roots: [Int]) {
    self.graph = graph
    self.roots = roots
    values = [:]
    for node in graph.order(of: roots) {
      if graph.nodes[node].operation is Input {
        let output = graph.nodes[node].outputs[0]
        values[output] = output
      }
    }
    for root in roots { values[root] = root }
  }

  mutating func storeBatchInnermost() {}
}
