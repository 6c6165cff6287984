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
      let (x, y) = (binding.inputs[0] + from, binding.outputs[0]?.advanced(by: to))
      let xStride = isBlocking ? strides.plain : strides.blocked
      let yStride = isBlocking ? strides.blocked : strides.plain
      return Instruction.divided(batch, into: binding.parts(for: shape.count)) { part in
        let operands = mim_conversion(
          x: x + part.lowerBound * xStride, y: y?.advanced(by: part.lowerBound * yStride),
          batch: part.count, channels: segment, pixels: pixels, x_stride: xStride,
          y_stride: yStride)
        return isBlocking ? mim_call_TO_BLOCKS(operands) : mim_call_FROM_BLOCKS(operands)
      }
    }
  }
}
