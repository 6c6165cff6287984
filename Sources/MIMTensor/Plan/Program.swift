import CKernels

/// The kernel calls of a step in order: the body, then the updates.
final class Program {
  private let instructions: UnsafeMutablePointer<mim_instruction>
  private let count: Int
  private let bodyCount: Int
  /// Which instructions compute each live node.
  private let ranges: [(node: Int, instructions: Range<Int>)]
  private let checked: [(pointer: UnsafeMutablePointer<Float>, count: Int)]
  private let corrections: AlignedBuffer

  init(
    _ lowering: Lowering, memory: PlanMemory, store: ParameterStore, options: PlanOptions
  ) throws {
    var calls: [Instruction] = []
    var ranges: [(Int, Range<Int>)] = []
    for node in lowering.live {
      let start = calls.count
      calls += Self.calls(of: node, lowering.graph, memory, options)
      ranges.append((node, start..<calls.count))
    }
    bodyCount = calls.count
    self.ranges = ranges
    checked = Program.checked(lowering, memory)
    corrections = try AlignedBuffer(count: 16 * max(1, lowering.updates.count))
    calls += try UpdateProgram(lowering, memory, store, corrections).calls
    count = calls.count
    instructions = .allocate(capacity: max(1, count))
    let variant = options.variant?.code ?? mim_best_variant()
    for (index, call) in calls.enumerated() {
      call.fill(instructions + index, variant: variant)
    }
  }

  deinit { instructions.deallocate() }

  func runBody() { mim_run(instructions, Int64(bodyCount)) }

  func runUpdates() { mim_run(instructions + bodyCount, Int64(count - bodyCount)) }

  /// Whether all gradients used by updates are finite.
  func updateInputsAreFinite() -> Bool {
    for (pointer, count) in checked where mim_all_finite(pointer, Int64(count)) == 0 {
      return false
    }
    return true
  }

  func firstNonFinite(graph: Graph, memory: PlanMemory) -> NonFiniteReport? {
    for (index, range) in ranges {
      mim_run(instructions + range.lowerBound, Int64(range.count))
      let node = graph.nodes[index]
      for output in node.outputs {
        guard let pointer = memory.pointer(output) else { continue }
        let count = Int64(graph.values[output].shape.count)
        if mim_all_finite(pointer, count) == 0 { return NonFiniteReport(node) }
      }
    }
    return nil
  }

  private static func checked(
    _ lowering: Lowering, _ memory: PlanMemory
  ) -> [(pointer: UnsafeMutablePointer<Float>, count: Int)] {
    lowering.updates.compactMap { update in
      memory.pointer(update.gradient.id).map { ($0, update.gradient.count) }
    }
  }

  private static func calls(
    of index: Int, _ graph: Graph, _ memory: PlanMemory, _ options: PlanOptions
  ) -> [Instruction] {
    let node = graph.nodes[index]
    let inputs = node.inputs.compactMap(memory.pointer)
    precondition(inputs.count == node.inputs.count, "\(node.operation.name) reads a dead value")
    let binding = Binding(
      inputs: inputs, outputs: node.outputs.map(memory.pointer),
      inputShapes: node.inputs.map { graph.values[$0].shape },
      outputShapes: node.outputs.map { graph.values[$0].shape },
      workspace: memory.workspace(index),
      step: UnsafeMutableRawPointer(memory.step).assumingMemoryBound(to: Float.self),
      seed: options.seed)
    return node.operation.instructions(binding)
  }
}

extension Instruction {
  func fill(_ place: UnsafeMutablePointer<mim_instruction>, variant: mim_variant) {
    let status = mim_instruction_fill(
      place, kernel, variant, pointers.map { UnsafeMutableRawPointer($0) }, Int64(pointers.count),
      sizes.map(Int64.init),
      Int64(sizes.count), scalars, Int64(scalars.count))
    precondition(status == 0, "kernel \(kernel) cannot be called")
  }
}

extension NonFiniteReport {
  init(_ node: Node) {
    let name =
      (node.operation as? Input)?.inputName ?? (node.operation as? Parameter)?.parameterName
    self.init(
      scope: node.scope, operation: node.operation.name, name: name, isGradient: node.isGradient)
  }
}
