import MIMTensor

/// Where every value of a graph lives while a plan runs.
struct Placement {
  enum Place: Equatable {
    /// Not read by anything.
    case none
    /// Fed or fixed; owned by the plan under this value's number.
    case persistent
    case parameter(String)
    case arena(offset: Int)
  }

  private(set) var places: [Place]
  /// The scratch memory of each node, as an offset in the arena.
  private(set) var workspaces: [Int?]
  private(set) var arenaCount = 0

  private let graph: Graph
  private var arena = ArenaLayout()
  /// The value whose memory a view shows: itself for all others.
  private var owners: [Int]
  private var remainingReaders: [Int]

  init(_ lowering: Lowering) {
    self.init(graph: lowering.graph, live: lowering.live, kept: lowering.kept)
  }

  /// Walks the live nodes in order. `kept` values stay in place to the end of the step.
  init(graph: Graph, live: [Int], kept: [Int]) {
    self.graph = graph
    places = Array(repeating: .none, count: graph.values.count)
    workspaces = Array(repeating: nil, count: graph.nodes.count)
    owners = Array(graph.values.indices)
    remainingReaders = Array(repeating: 0, count: graph.values.count)
    for node in live where graph.nodes[node].cpu.isView {
      owners[graph.nodes[node].outputs[0]] = owners[graph.nodes[node].inputs[0]]
    }
    for node in live {
      for input in graph.nodes[node].inputs { remainingReaders[owners[input]] += 1 }
    }
    for value in kept { remainingReaders[owners[value]] += 1 }
    for node in live { place(node) }
    arenaCount = arena.extent
  }

  private mutating func place(_ index: Int) {
    let node = graph.nodes[index]
    switch node.cpu {
    case is Input, is Constant: places[node.outputs[0]] = .persistent
    case let parameter as Parameter:
      places[node.outputs[0]] = .parameter(parameter.parameterName)
    case let operation where operation.isView:
      places[node.outputs[0]] = places[owners[node.outputs[0]]]
      release(node.inputs)
    default:
      placeResults(of: node, index)
    }
  }

  private mutating func placeResults(of node: Node, _ index: Int) {
    if let reused = reusableInput(of: node) {
      places[node.outputs[0]] = places[owners[reused]]
      // The result takes the place over: its old owner must not give it back.
      places[owners[reused]] = .none
      release(node.inputs)
      places[owners[reused]] = places[node.outputs[0]]
      return
    }
    for output in node.outputs where remainingReaders[output] > 0 {
      places[output] = .arena(offset: arena.allocate(graph.values[output].shape.count))
    }
    let shapes = (
      inputs: node.inputs.map { graph.values[$0].shape },
      outputs: node.outputs.map { graph.values[$0].shape }
    )
    let scratch = node.cpu.workspaceCount(inputs: shapes.inputs, outputs: shapes.outputs)
    if scratch > 0 {
      let offset = arena.allocate(scratch)
      workspaces[index] = offset
      arena.free(offset: offset, count: scratch)
    }
    release(node.inputs)
  }

  /// An input of the result's size that nothing reads later.
  private func reusableInput(of node: Node) -> Int? {
    guard node.cpu.worksInPlace, remainingReaders[node.outputs[0]] > 0 else { return nil }
    let count = graph.values[node.outputs[0]].shape.count
    return node.inputs.first { input in
      guard case .arena = places[owners[input]] else { return false }
      return graph.values[input].shape.count == count
        && remainingReaders[owners[input]]
          == node.inputs.filter { owners[$0] == owners[input] }.count
    }
  }

  private mutating func release(_ inputs: [Int]) {
    for input in inputs {
      let owner = owners[input]
      remainingReaders[owner] -= 1
      if remainingReaders[owner] == 0, case .arena(let offset) = places[owner] {
        arena.free(offset: offset, count: graph.values[owner].shape.count)
      }
    }
  }
}
