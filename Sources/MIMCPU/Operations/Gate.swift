import CKernels
import MIMTensor

extension Gate: CPUOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    guard let axis else {
      return BatchMinorForm(operation: self, inputs: [true, true], outputs: [true])
    }
    return BatchMinorForm(operation: Gate(axis: 1 - axis), inputs: [true], outputs: [true])
  }

  func blocked(_ context: BlockedContext) -> BlockedForm? {
    guard let layout = gatedLayout(context.layouts[0], axis: axis) else { return nil }
    return BlockedForm(operation: self, inputs: [context.layouts[0]], outputs: [layout])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    let lines = GateLines(binding.inputShapes[0], axis: axis)
    let x = binding.inputs
    let g = axis == nil ? x[1] : x[0] + lines.length
    let y = binding.outputs[0]
    return Instruction.divided(
      lines.count, into: binding.parts(for: lines.count * lines.length)
    ) { part in
      let (pair, line) = (part.lowerBound * lines.pairStride, part.lowerBound * lines.length)
      return mim_call_GATE(
        mim_gate(
          h: x[0] + pair, g: g + pair, y: y?.advanced(by: line), lines: part.count,
          length: lines.length, h_stride: lines.pairStride, g_stride: lines.pairStride,
          y_stride: lines.length))
    }
  }
}

extension GateGradient: CPUOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(
      operation: GateGradient(axis: axis.map { 1 - $0 }), inputs: inputs.map { _ in true },
      outputs: outputs.map { _ in true })
  }

  func blocked(_ context: BlockedContext) -> BlockedForm? {
    guard let layout = gatedLayout(context.layouts[0], axis: axis) else { return nil }
    return BlockedForm(
      operation: self, inputs: [context.layouts[0], layout], outputs: [context.layouts[0]])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    let lines = GateLines(binding.inputShapes[0], axis: axis)
    let (x, outer) = (binding.inputs, binding.inputs[binding.inputs.count - 1])
    let g = axis == nil ? x[1] : x[0] + lines.length
    // A half that nobody reads is still computed, into scratch memory.
    let spare = binding.workspace
    let toH = binding.outputs[0] ?? spare
    let toG =
      axis == nil
      ? binding.outputs[1] ?? spare
      : toH.map { $0 + lines.length }
    return Instruction.divided(
      lines.count, into: binding.parts(for: lines.count * lines.length)
    ) { part in
      let (pair, line) = (part.lowerBound * lines.pairStride, part.lowerBound * lines.length)
      return mim_call_GATE_GRADIENT(
        mim_gate_gradient(
          h: x[0] + pair, g: g + pair, outer: outer + line, to_h: toH?.advanced(by: pair),
          to_g: toG?.advanced(by: pair), lines: part.count, length: lines.length,
          h_stride: lines.pairStride, g_stride: lines.pairStride, outer_stride: lines.length,
          to_h_stride: lines.pairStride, to_g_stride: lines.pairStride))
    }
  }

  func workspaceCount(inputs: [Shape], outputs: [Shape]) -> Int {
    axis == nil ? inputs[0].count : 0
  }
}

/// A gate's halves as lines: those of one line of x lie side by side, `length` numbers each.
private struct GateLines {
  var count: Int
  var length: Int
  var pairStride: Int

  init(_ shape: Shape, axis: Int?) {
    guard let axis else {
      (count, length, pairStride) = (1, shape.count, shape.count)
      if shape.rank >= 2 {
        (count, length) = (shape[0], shape.count / max(shape[0], 1))
        pairStride = length
      }
      return
    }
    let loops = AxisLoops(shape, axis: axis)
    count = loops.outer
    length = loops.extent / 2 * loops.inner
    pairStride = 2 * length
  }
}

/// The layout of the gated half of blocked images made of two equal heads.
private func gatedLayout(_ layout: ChannelLayout?, axis: Int?) -> ChannelLayout? {
  guard let layout, axis == 1 else { return nil }
  if layout.segments.count == 2, layout.segments[0] == layout.segments[1] {
    return ChannelLayout(segments: [layout.segments[0]], block: layout.block)
  }
  guard layout.segments.count == 1, layout.channels % (2 * layout.block) == 0 else {
    return nil
  }
  return ChannelLayout(segments: [layout.channels / 2], block: layout.block)
}
