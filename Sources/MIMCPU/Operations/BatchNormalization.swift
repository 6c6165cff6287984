import CKernels
import MIMTensor

extension BatchNormalization: CPUOperation {
  func blocked(_ context: BlockedContext) -> BlockedForm? {
    let layout = ChannelLayout(segments: [context.inputs[0][1]], block: context.options.lanes)
    return BlockedForm(
      operation: self,
      inputs: [layout] + context.inputs.dropFirst().map { _ in nil },
      outputs: [layout] + context.outputs.dropFirst().map { _ in nil })
  }

  func workspaceCount(inputs: [Shape], outputs: [Shape]) -> Int {
    let moments = training ? 2 * inputs[1].count.roundedUp(to: 16) : 0
    return moments + (collective.isShared ? inputs[1].count.roundedUp(to: 16) : 0)
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    let x = binding.inputs
    let channels = binding.inputShapes[1].count
    let parts = ChannelParts(binding, channels: channels)
    let mean = training ? binding.outputs[1] ?? binding.workspace : x[3]
    let variance =
      training
      ? binding.outputs[2] ?? binding.workspace?.advanced(by: channels.roundedUp(to: 16)) : x[4]
    let moments =
      training
      ? parts.calls { part, blocks, channel in
        mim_call_CHANNEL_MOMENTS(
          mim_channel_moments(
            part: part, x: x[0] + blocks, mean: mean?.advanced(by: channel),
            variance: variance?.advanced(by: channel)))
      }
        + joined(
          mean, variance, own: binding.workspace?.advanced(by: 2 * channels.roundedUp(to: 16)),
          channels) : []
    guard let y = binding.outputs[0], let mean, let variance else { return moments }
    let arrays = mim_channel_arrays(mean: mean, variance: variance, scale: x[1], shift: x[2])
    return moments
      + parts.calls { part, blocks, channel in
        mim_call_NORMALIZE_CHANNELS(
          mim_normalization(
            part: part, x: x[0] + blocks, arrays: arrays.advanced(by: channel), y: y + blocks,
            epsilon: epsilon))
      }
  }

  /// Makes a rank's moments those of all ranks' images: the mean first, then the variance about it.
  private func joined(
    _ mean: UnsafeMutablePointer<Float>?, _ variance: UnsafeMutablePointer<Float>?,
    own: UnsafeMutablePointer<Float>?, _ channels: Int
  ) -> [Instruction] {
    guard collective.isShared else { return [] }
    return [
      .copy(mean, to: own, count: channels),
      RankMeanCall.instruction(mean, count: channels, over: collective),
      Instruction(
        mim_call_JOIN_MOMENTS(
          mim_join_moments(own_mean: own, mean: mean, variance: variance, channels: channels))),
      RankMeanCall.instruction(variance, count: channels, over: collective),
    ]
  }
}

extension BatchNormalizationGradient: CPUOperation {
  func workspaceCount(inputs: [Shape], outputs: [Shape]) -> Int {
    collective.isShared ? 2 * inputs[1].count.roundedUp(to: 16) : 0
  }

  func blocked(_ context: BlockedContext) -> BlockedForm? {
    let layout = ChannelLayout(segments: [context.inputs[0][1]], block: context.options.lanes)
    return BlockedForm(
      operation: self, inputs: [layout, nil, nil, nil, nil, layout],
      outputs: [layout, nil, nil])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    if training, collective.isShared { return joinedInstructions(binding) }
    return gradients(
      binding, toX: binding.outputs[0], toScale: binding.outputs[1], toShift: binding.outputs[2],
      isTraining: training)
  }

  private func arrays(_ binding: Binding) -> mim_channel_arrays {
    let x = binding.inputs
    return mim_channel_arrays(mean: x[3], variance: x[4], scale: x[1], shift: x[2])
  }

  private func gradients(
    _ binding: Binding, toX: UnsafeMutablePointer<Float>?, toScale: UnsafeMutablePointer<Float>?,
    toShift: UnsafeMutablePointer<Float>?, isTraining: Bool
  ) -> [Instruction] {
    let (x, arrays) = (binding.inputs, arrays(binding))
    return ChannelParts(binding, channels: binding.inputShapes[1].count).calls {
      part, blocks, channel in
      mim_call_NORMALIZE_CHANNELS_GRADIENT(
        mim_normalization_gradient(
          part: part, x: x[0] + blocks, arrays: arrays.advanced(by: channel),
          outer: x[5] + blocks, to_x: toX?.advanced(by: blocks),
          to_scale: toScale?.advanced(by: channel), to_shift: toShift?.advanced(by: channel),
          is_training: isTraining, epsilon: epsilon))
    }
  }

  /// In two passes, as the gradient of x needs the sums over all ranks' images. The gradients of scale and
  /// shift stay the rank's own: those of all parameters are averaged later.
  private func joinedInstructions(_ binding: Binding) -> [Instruction] {
    let (x, arrays) = (binding.inputs, arrays(binding))
    let channels = binding.inputShapes[1].count
    let padded = channels.roundedUp(to: 16)
    guard let toScale = binding.workspace else { return [] }
    let toShift = toScale + padded
    var calls = gradients(
      binding, toX: nil, toScale: toScale, toShift: toShift, isTraining: false)
    for (own, output) in [(toScale, binding.outputs[1]), (toShift, binding.outputs[2])] {
      if let output { calls.append(.copy(own, to: output, count: channels)) }
    }
    calls.append(RankMeanCall.instruction(toScale, count: 2 * padded, over: collective))
    guard let toX = binding.outputs[0] else { return calls }
    return calls
      + ChannelParts(binding, channels: channels).calls { part, blocks, channel in
        mim_call_NORMALIZE_CHANNELS_GRADIENT_OF_JOINED(
          mim_joined_normalization_gradient(
            part: part, x: x[0] + blocks, arrays: arrays.advanced(by: channel),
            outer: x[5] + blocks, to_scale: toScale + channel, to_shift: toShift + channel,
            to_x: toX + blocks, epsilon: epsilon))
      }
  }
}

extension mim_channel_arrays {
  /// From a later channel on.
  fileprivate func advanced(by channel: Int) -> mim_channel_arrays {
    mim_channel_arrays(
      mean: mean?.advanced(by: channel), variance: variance?.advanced(by: channel),
      scale: scale?.advanced(by: channel), shift: shift?.advanced(by: channel))
  }
}

/// Kernel calls on blocked images [batch, blocks, height, width, block] that share the blocks out, so that no
/// sum over a channel is divided and its bits don't depend on how many threads there are.
private struct ChannelParts {
  let batch: Int
  let blocks: Int
  let pixels: Int
  let block: Int
  let channels: Int
  let share: Int

  init(_ binding: Binding, channels: Int) {
    let shape = binding.inputShapes[0]
    (batch, blocks, pixels, block) = (shape[0], shape[1], shape[2] * shape[3], shape[4])
    self.channels = channels
    let parts = binding.parts(for: shape.count)
    share = max(1, (blocks + parts - 1) / parts)
  }

  /// A call for each part, made from it, where its blocks begin in images, and where its channels begin.
  func calls(_ call: (mim_channel_part, _ blocks: Int, _ channel: Int) -> mim_call) -> [Instruction]
  {
    stride(from: 0, to: blocks, by: share).map { first in
      let count = min(share, blocks - first)
      let channel = first * block
      let part = mim_channel_part(
        batch: batch, blocks: blocks, pixels: pixels, count: count,
        channels: min(channels - channel, count * block))
      return Instruction(call(part, channel * pixels, channel))
    }.simultaneous
  }
}
