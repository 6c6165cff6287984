import CKernels
import MIMTensor

/// Averages what a step's ranks have in common, gradients above all, between the gradient and the
/// updates: everything is packed into one array and goes over in one call, because each call waits for
/// the slowest rank.
struct RankExchange {
  /// The instructions, in order: pack, then add up over the ranks.
  private(set) var calls: [Instruction] = []
  /// Where the mean of each exchanged value lies.
  private(set) var places: [Int: UnsafeMutablePointer<Float>] = [:]
  /// The packed numbers; nil when nothing is exchanged.
  private(set) var buffer: AlignedBuffer?

  /// Exchanges the gradients of all Adam updates and the values `averaged`. Nothing on a single rank.
  init(
    _ lowering: Lowering, averaged: [Int], memory: PlanMemory, collective: any Collective
  ) throws {
    guard collective.isShared else { return }
    var sources: [Int] = []
    for update in lowering.updates {
      if case .adam(let gradient, _, _) = update.rule { sources.append(gradient.id) }
    }
    var offsets: [(value: Int, offset: Int)] = []
    var extent = 0
    var known = Set<Int>()
    for value in sources + averaged where known.insert(value).inserted {
      offsets.append((value, extent))
      extent += lowering.graph.values[value].shape.count.roundedUp(to: 16)
    }
    guard extent > 0 else { return }
    let buffer = try AlignedBuffer(count: extent)
    for (value, offset) in offsets {
      guard let source = memory.pointer(value) else { continue }
      let place = buffer.pointer + offset
      places[value] = place
      // Divided here, where each number is touched anyway: the sum is then the mean.
      calls.append(
        Instruction(
          mim_call_SCALED(
            mim_unary(
              x: source, y: place, count: lowering.graph.values[value].shape.count,
              first: 1 / Float(collective.size), second: 0))))
    }
    calls.append(
      RankMeanCall.instruction(buffer.pointer, count: extent, over: collective, isSum: true))
    self.buffer = buffer
  }
}
