import MIMTensor

extension PlanSummary {
  init(_ lowering: Lowering, placement: Placement, instructionSet: InstructionSet) {
    let graph = lowering.graph
    var layers: [Layer] = []
    var rows: [String: Int] = [:]
    var parameters = 0
    for node in lowering.live.map({ graph.nodes[$0] }) {
      let row = rows[node.scope] ?? layers.count
      if row == layers.count {
        rows[node.scope] = row
        layers.append(Layer(scope: node.scope, parameterCount: 0, flopsPerStep: 0))
      }
      layers[row].flopsPerStep += node.operation.floatingPointOperations(
        inputs: node.inputs.map { graph.values[$0].shape },
        outputs: node.outputs.map { graph.values[$0].shape })
      guard node.operation is Parameter else { continue }
      let count = graph.values[node.outputs[0]].shape.count
      layers[row].parameterCount += count
      parameters += count
    }
    let updated = lowering.updates.reduce(0) { sum, update in
      if case .adam = update.rule { sum + update.parameter.count } else { sum }
    }
    self.init(
      peakBytes: lowering.bytes(placement), parameterBytes: 4 * (parameters + 2 * updated),
      parameterCount: parameters,
      flopsPerStep: layers.reduce(0) { $0 + $1.flopsPerStep } + 12 * updated,
      nodeCount: lowering.live.filter { !(graph.nodes[$0].operation.isLeaf) }.count,
      layers: layers,
      passes: lowering.live.compactMap {
        Pass(graph.nodes[$0], of: graph, instructionSet: instructionSet)
      },
      device: Device(word: instructionSet.rawValue, title: instructionSet.title))
  }
}

extension Lowering {
  /// The memory of everything computed, and of inputs and constants.
  fileprivate func bytes(_ placement: Placement) -> Int {
    let owned = live.map { graph.nodes[$0] }
      .filter { $0.operation is Input || $0.operation is Constant }
    return owned.reduce(4 * placement.arenaCount.roundedUp(to: 16)) {
      $0 + 4 * graph.values[$1.outputs[0]].shape.count
    }
  }
}

extension Operation {
  fileprivate var isLeaf: Bool { self is Input || self is Constant || self is Parameter }
}

extension PlanSummary.Pass {
  /// Nil for an operation that leaves no choice.
  init?(_ node: Node, of graph: Graph, instructionSet: InstructionSet) {
    let inputs = node.inputs.map { graph.values[$0].shape }
    let outputs = node.outputs.map { graph.values[$0].shape }
    guard
      let implementation = node.cpu.implementation(
        inputs: inputs, outputs: outputs, instructionSet: instructionSet)
    else { return nil }
    self.init(
      scope: node.scope, operation: node.operation.name,
      extents: node.cpu.extents(inputs: inputs, outputs: outputs),
      implementation: implementation)
  }
}
