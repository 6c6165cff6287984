extension Graph {
  /// The nodes that `roots` (values) depend on, each after those it reads. Without recursion, so
  /// that a deep model cannot overflow the stack.
  package func order(of roots: [Int]) -> [Int] {
    var reached = Set<Int>()
    var open = roots.map { values[$0].node }
    while let node = open.popLast() {
      guard reached.insert(node).inserted else { continue }
      open.append(contentsOf: nodes[node].inputs.map { values[$0].node })
    }
    // Nodes are numbered as they are made, inputs first: ascending numbers are a topological order.
    return reached.sorted()
  }

  /// How many inputs of `order`'s nodes read each value.
  package func readerCounts(_ order: [Int]) -> [Int: Int] {
    var counts: [Int: Int] = [:]
    for node in order {
      for input in nodes[node].inputs { counts[input, default: 0] += 1 }
    }
    return counts
  }
}
