import MIMTensor

/// The memory of a plan: one block for everything computed, and an array for each input and constant.
final class PlanMemory {
  let step: UnsafeMutablePointer<UInt64>
  let placement: Placement
  let arena: AlignedBuffer
  private(set) var persistent: [Int: AlignedBuffer] = [:]
  private(set) var parameters: [Int: UnsafeMutablePointer<Float>] = [:]

  init(_ lowering: Lowering, store: ParameterStore) throws {
    let graph = lowering.graph
    placement = Placement(lowering)
    arena = try AlignedBuffer(count: placement.arenaCount)
    step = .allocate(capacity: 1)
    step.initialize(to: 0)
    for index in lowering.live {
      let node = graph.nodes[index]
      let shape = node.outputs.first.map { graph.values[$0].shape } ?? []
      switch node.cpu {
      case let constant as Constant:
        let buffer = try AlignedBuffer(count: shape.count)
        buffer.set(constant.value.elements)
        persistent[node.outputs[0]] = buffer
      case is Input: persistent[node.outputs[0]] = try AlignedBuffer(count: shape.count)
      case let parameter as Parameter:
        parameters[node.outputs[0]] = try store.buffer(parameter.parameterName, shape: shape).place
      case let operation where operation.isView:
        persistent[node.outputs[0]] = persistent[node.inputs[0]]
        parameters[node.outputs[0]] = parameters[node.inputs[0]]
      default: break
      }
    }
  }

  deinit { step.deallocate() }

  /// The position of a value; nil if it is not computed.
  func pointer(_ value: Int) -> UnsafeMutablePointer<Float>? {
    switch placement.places[value] {
    case .none: nil
    case .persistent: persistent[value]?.pointer
    case .parameter: parameters[value]
    case .arena(let offset): arena.pointer + offset
    }
  }

  func workspace(_ node: Int) -> UnsafeMutablePointer<Float>? {
    placement.workspaces[node].map { arena.pointer + $0 }
  }
}
