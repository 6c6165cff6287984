import CKernels
import MIMTensor

/// What both directions say of themselves.
private protocol ConnectedProduct: CPUOperation {}

extension ConnectedProduct {
  var usesOneDNN: Bool { true }

  func implementation(
    inputs: [Shape], outputs: [Shape], instructionSet: InstructionSet
  ) -> String? { "oneDNN sgemm, without empty blocks" }

  func extents(inputs: [Shape], outputs: [Shape]) -> String {
    "\(inputs[0].extents), \(inputs[1].extents)"
  }
}

extension MaskedAffine: ConnectedProduct {
  func workspaceCount(inputs: [Shape], outputs: [Shape]) -> Int {
    ConnectedPanels(connections, .outputs).scratchCount
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    guard let output = binding.outputs[0] else { return [] }
    var operands = mim_masked_product(of: connections, batch: binding.inputShapes[0][0])
    operands.x = UnsafePointer(binding.inputs[0])
    operands.weights = UnsafePointer(binding.inputs[1])
    operands.bias = UnsafePointer(binding.inputs[2])
    operands.mask = UnsafePointer(binding.inputs[3])
    operands.result = output
    return ConnectedPanels(connections, .outputs).instructions(
      operands, scratch: binding.workspace, mim_call_MASKED_AFFINE
    ).simultaneous
  }
}

extension MaskedAffineGradient: ConnectedProduct {
  func workspaceCount(inputs: [Shape], outputs: [Shape]) -> Int {
    ConnectedPanels(connections, .inputs).scratchCount
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    let (batch, outputs) = (binding.inputShapes[0][0], connections.values.shape[0])
    var operands = mim_masked_product(of: connections, batch: batch)
    operands.x = UnsafePointer(binding.inputs[0])
    operands.weights = UnsafePointer(binding.inputs[1])
    operands.mask = UnsafePointer(binding.inputs[2])
    operands.dy = UnsafePointer(binding.inputs[3])
    var calls: [Instruction] = []
    if let output = binding.outputs[0] {
      operands.result = output
      calls += ConnectedPanels(connections, .inputs).instructions(
        operands, scratch: binding.workspace, mim_call_MASKED_INPUT_GRADIENT)
    }
    if let output = binding.outputs[1] {
      operands.result = output
      calls += ConnectedPanels(connections, .outputs).instructions(
        operands, scratch: nil, mim_call_MASKED_WEIGHT_GRADIENT)
    }
    if let output = binding.outputs[2] {
      calls.append(
        Instruction(
          mim_call_SUM(
            mim_reduction(
              x: binding.inputs[3], y: output, outer: 1, extent: batch, inner: outputs))))
    }
    return calls.simultaneous
  }
}

extension mim_masked_product {
  /// Sizes alone.
  fileprivate init(of connections: ConnectionMask, batch: Int) {
    self.init()
    self.batch = batch
    outputs = connections.values.shape[0]
    inputs = connections.values.shape[1]
  }
}

/// A mask in panels along one side, each with its runs of blocks that aren't empty along the other.
private struct ConnectedPanels {
  enum Side {
    case outputs, inputs
  }

  private struct Panel {
    let range: Range<Int>
    let runs: [mim_block_run]

    /// The floats of its longest run that a mask changes.
    var scratchCount: Int {
      let longest = runs.filter(\.masked).map(\.count).max() ?? 0
      return (longest * range.count).roundedUp(to: 16)
    }
  }

  /// Blocks of a panel: one more block is one more product with half as much to do.
  private static let blocksPerPanel = 2

  private let panels: [Panel]

  init(_ mask: ConnectionMask, _ side: Side) {
    let size = ConnectionMask.blockSize
    let (own, other) =
      side == .outputs
      ? (mask.blockCounts.outputs, mask.blockCounts.inputs)
      : (mask.blockCounts.inputs, mask.blockCounts.outputs)
    let (length, otherLength) =
      side == .outputs
      ? (mask.values.shape[0], mask.values.shape[1])
      : (mask.values.shape[1], mask.values.shape[0])
    panels = stride(from: 0, to: own, by: Self.blocksPerPanel).map { start in
      let blocks = start..<min(start + Self.blocksPerPanel, own)
      var runs: [mim_block_run] = []
      for place in 0..<other {
        let kinds = blocks.map { block in
          side == .outputs
            ? mask.block(output: block, input: place) : mask.block(output: place, input: block)
        }
        if kinds.allSatisfy({ $0 == .empty }) { continue }
        let isMasked = !kinds.allSatisfy { $0 == .full }
        let (first, end) = (place * size, min((place + 1) * size, otherLength))
        if let last = runs.last, last.first + last.count == first, last.masked == isMasked {
          runs[runs.count - 1].count += end - first
        } else {
          runs.append(mim_block_run(first: first, count: end - first, masked: isMasked))
        }
      }
      return Panel(
        range: blocks.lowerBound * size..<min(blocks.upperBound * size, length), runs: runs)
    }
  }

  /// The floats that the panels need beside each other.
  var scratchCount: Int { panels.reduce(0) { $0 + $1.scratchCount } }

  /// A call for each panel, those with most to do first.
  func instructions(
    _ operands: mim_masked_product, scratch: UnsafeMutablePointer<Float>?,
    _ call: (mim_masked_product) -> mim_call
  ) -> [Instruction] {
    var next = scratch
    let calls = panels.map { panel in
      let table = RunTable(panel.runs)
      var part = operands
      (part.first, part.count) = (panel.range.lowerBound, panel.range.count)
      (part.runs, part.run_count) = (table.runs, panel.runs.count)
      part.scratch = next
      next = next?.advanced(by: panel.scratchCount)
      let work = panel.runs.reduce(0) { $0 + $1.count }
      return (work: work, call: Instruction(call(part), keptAlive: table))
    }
    return calls.sorted { $0.work > $1.work }.map(\.call)
  }
}

/// Runs where C finds them.
private final class RunTable {
  let runs: UnsafePointer<mim_block_run>
  private let place: UnsafeMutablePointer<mim_block_run>

  init(_ list: [mim_block_run]) {
    place = .allocate(capacity: max(list.count, 1))
    place.initialize(from: list, count: list.count)
    runs = UnsafePointer(place)
  }

  deinit { place.deallocate() }
}
