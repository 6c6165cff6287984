import CKernels
import MIMTensor

/// The kernel calls of a step in order: the body, then the updates.
final class Program {
  let instructions: UnsafeMutablePointer<mim_instruction>
  private let count: Int
  private let bodyCount: Int
  /// Which instructions compute each live node.
  let ranges: [(node: Int, instructions: Range<Int>)]
  /// Set by the last instructions of the body where a gradient is not finite.
  private let flag: AlignedBuffer
  private let corrections: AlignedBuffer
  /// One check, filled anew for each array looked at in a diagnosis.
  private let check: UnsafeMutablePointer<mim_instruction>
  private let instructionSet: InstructionSet
  private let exchange: RankExchange
  private let isShared: Bool
  /// What calls refer to without owning it.
  private let keptAlive: [AnyObject]

  init(
    _ lowering: Lowering, averaged: [Int], memory: PlanMemory, store: ParameterStore,
    options: CPUOptions
  ) throws {
    var calls: [Instruction] = []
    var ranges: [(Int, Range<Int>)] = []
    for node in lowering.live {
      let start = calls.count
      calls += Self.calls(of: node, lowering.graph, memory, options)
      ranges.append((node, start..<calls.count))
    }
    exchange = try RankExchange(
      lowering, averaged: averaged, memory: memory, collective: options.collective)
    isShared = options.collective.isShared
    calls += exchange.calls
    flag = try AlignedBuffer(count: 1)
    for update in lowering.updates {
      // Behind the exchange, which carries a NaN of one rank to all: they stop at the same step.
      guard let pointer = exchange.places[update.source.id] ?? memory.pointer(update.source.id)
      else { continue }
      calls.append(.check(pointer, count: update.source.count, flag: flag.pointer))
    }
    bodyCount = calls.count
    self.ranges = ranges
    corrections = try AlignedBuffer(count: 16 * max(1, lowering.updates.count))
    calls += try UpdateProgram(lowering, memory, store, corrections, exchange.places).calls
    keptAlive = calls.compactMap(\.keptAlive)
    count = calls.count
    instructions = .allocate(capacity: max(1, count))
    check = .allocate(capacity: 1)
    instructionSet = options.instructionSet
    for (index, call) in calls.enumerated() {
      call.fill(instructions + index, for: instructionSet, threads: options.threads)
    }
  }

  deinit {
    instructions.deallocate()
    check.deallocate()
  }

  /// Computes everything but the updates. Returns whether their gradients are finite.
  func runBody() -> Bool {
    flag.pointer.pointee = 0
    mim_run(instructions, Int64(bodyCount))
    return flag.pointer.pointee == 0
  }

  func runUpdates() { mim_run(instructions + bodyCount, Int64(count - bodyCount)) }

  /// How many numbers go over to the other ranks in a step.
  var exchangedCount: Int { exchange.buffer?.count ?? 0 }

  /// Where the mean over ranks of a value lies; nil where it isn't averaged.
  func averagedPlace(_ value: Int) -> UnsafeMutablePointer<Float>? { exchange.places[value] }

  func firstNonFinite(graph: Graph, memory: PlanMemory) -> NonFiniteReport? {
    flag.pointer.pointee = 0
    var found: NonFiniteReport?
    for (index, range) in ranges {
      mim_run(instructions + range.lowerBound, Int64(range.count))
      // Calls that other ranks take part in are made by all or by none.
      if found != nil { continue }
      let node = graph.nodes[index]
      for output in node.outputs {
        guard let pointer = memory.pointer(output) else { continue }
        Instruction.check(pointer, count: graph.values[output].shape.count, flag: flag.pointer)
          .fill(check, for: instructionSet)
        mim_run(check, 1)
        guard flag.pointer.pointee != 0 else { continue }
        found = NonFiniteReport(node)
        if !isShared { return found }
        break
      }
    }
    return found
  }

  private static func calls(
    of index: Int, _ graph: Graph, _ memory: PlanMemory, _ options: CPUOptions
  ) -> [Instruction] {
    let node = graph.nodes[index]
    let inputs = node.inputs.compactMap(memory.pointer)
    precondition(inputs.count == node.inputs.count, "\(node.operation.name) reads a dead value")
    let binding = Binding(
      inputs: inputs, outputs: node.outputs.map(memory.pointer),
      inputShapes: node.inputs.map { graph.values[$0].shape },
      outputShapes: node.outputs.map { graph.values[$0].shape },
      workspace: memory.workspace(index),
      step: UnsafePointer(memory.step),
      seed: options.seed, threads: options.threads)
    return node.cpu.instructions(binding)
  }
}

extension Instruction {
  static func check(
    _ place: UnsafeMutablePointer<Float>, count: Int, flag: UnsafeMutablePointer<Float>
  ) -> Instruction {
    Instruction(mim_call_CHECK_FINITE(mim_check(x: place, flag: flag, count: count)))
  }

  /// `threads`: how many may share the group that begins here.
  func fill(
    _ place: UnsafeMutablePointer<mim_instruction>, for set: InstructionSet, threads: Int = 1
  ) {
    let status = withUnsafePointer(to: call) { mim_instruction_fill(place, $0, set.code) }
    precondition(status == 0, "kernel \(call.kernel) cannot be called")
    place.pointee.group = Int64(group)
    place.pointee.threads = Int64(max(1, threads))
  }
}
