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
      ? parts.calls(MIM_CHANNEL_MOMENTS, images: [x[0]], channels: [mean, variance])
        + joined(
          mean, variance, own: binding.workspace?.advanced(by: 2 * channels.roundedUp(to: 16)),
          channels) : []
    guard let y = binding.outputs[0] else { return moments }
    return moments
      + parts.calls(
        MIM_NORMALIZE_CHANNELS, images: [x[0]], channels: [mean, variance, x[1], x[2]],
        moreImages: [y], sizes: [0], scalars: [epsilon])
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
      Instruction(MIM_JOIN_MOMENTS, [own, mean, variance], sizes: [channels]),
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
    let x = binding.inputs
    if training, collective.isShared { return joinedInstructions(binding) }
    return ChannelParts(binding, channels: binding.inputShapes[1].count).calls(
      MIM_NORMALIZE_CHANNELS_GRADIENT, images: [x[0]], channels: [x[3], x[4], x[1], x[2]],
      moreImages: [x[5], binding.outputs[0]],
      moreChannels: [binding.outputs[1], binding.outputs[2]],
      sizes: [0, training ? 1 : 0], scalars: [epsilon])
  }

  /// In two passes, as the gradient of x needs the sums over all ranks' images. The gradients of scale and
  /// shift stay the rank's own: those of all parameters are averaged later.
  private func joinedInstructions(_ binding: Binding) -> [Instruction] {
    let x = binding.inputs
    let channels = binding.inputShapes[1].count
    let parts = ChannelParts(binding, channels: channels)
    let padded = channels.roundedUp(to: 16)
    let toScale = binding.workspace
    let toShift = binding.workspace?.advanced(by: padded)
    var calls = parts.calls(
      MIM_NORMALIZE_CHANNELS_GRADIENT, images: [x[0]], channels: [x[3], x[4], x[1], x[2]],
      moreImages: [x[5], nil], moreChannels: [toScale, toShift],
      sizes: [0, 0], scalars: [epsilon])
    for (own, output) in [(toScale, binding.outputs[1]), (toShift, binding.outputs[2])] {
      if let output { calls.append(.copy(own, to: output, count: channels)) }
    }
    calls.append(RankMeanCall.instruction(toScale, count: 2 * padded, over: collective))
    guard let toX = binding.outputs[0] else { return calls }
    return calls
      + parts.calls(
        MIM_NORMALIZE_CHANNELS_GRADIENT_OF_JOINED, images: [x[0]],
        channels: [x[3], x[4], x[1], x[2]], moreImages: [x[5], toX],
        moreChannels: [toScale, toShift], sizes: [0], scalars: [epsilon])
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

  func calls(
    _ kernel: mim_kernel, images: [UnsafeMutablePointer<Float>?],
    channels arrays: [UnsafeMutablePointer<Float>?],
    moreImages: [UnsafeMutablePointer<Float>?] = [],
    moreChannels: [UnsafeMutablePointer<Float>?] = [], sizes: [Int] = [], scalars: [Float] = []
  ) -> [Instruction] {
    stride(from: 0, to: blocks, by: share).map { first in
      let count = min(share, blocks - first)
      let channel = first * block
      func moved(_ list: [UnsafeMutablePointer<Float>?], by step: Int)
        -> [UnsafeMutablePointer<Float>?]
      {
        list.map { $0.map { $0 + step } }
      }
      let left = min(channels - channel, count * block)
      return Instruction(
        kernel,
        moved(images, by: channel * pixels) + moved(arrays, by: channel)
          + moved(moreImages, by: channel * pixels) + moved(moreChannels, by: channel),
        sizes: [batch, blocks, pixels, count, left] + sizes, scalars: scalars)
    }.simultaneous
  }
}
