import CKernels
import MIMTensor

/// Images from plain storage into blocks, or back.
struct ImageConversion: CPUOperation {
  let layout: ChannelLayout
  let isBlocking: Bool
  var name: String { "imageConversion" }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }

  func instructions(_ binding: Binding) -> [Instruction] {
    let shape = isBlocking ? binding.inputShapes[0] : binding.outputShapes[0]
    let (batch, pixels) = (shape[0], shape[2] * shape[3])
    let strides = (plain: shape[1] * pixels, blocked: layout.storedChannels * pixels)
    var (channel, block) = (0, 0)
    return layout.segments.flatMap { segment in
      let plain = channel * pixels
      let blocked = block * layout.block * pixels
      channel += segment
      block += segment.roundedUp(to: layout.block) / layout.block
      let (from, to) = isBlocking ? (plain, blocked) : (blocked, plain)
      let steps = isBlocking ? [strides.plain, strides.blocked] : [strides.blocked, strides.plain]
      return Instruction(
        isBlocking ? MIM_TO_BLOCKS : MIM_FROM_BLOCKS,
        [binding.inputs[0] + from, binding.outputs[0].map { $0 + to }],
        sizes: [batch, segment, pixels] + steps
      ).divided(0, strides: steps, into: binding.parts(for: shape.count))
    }
  }
}
