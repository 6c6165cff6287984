import CKernels

/// Batch normalisation of images, per channel (S. Ioffe, C. Szegedy, arXiv:1502.03167, algorithm 1).
/// Inputs: x, scale, shift, and the mean and variance [channels] unless `training`. Outputs: y and,
/// when training, the batch's mean and biased variance.
struct BatchNormalization: Operation {
  let epsilon: Float
  let training: Bool
  var rectifies = false
  /// The ranks whose images together are the batch.
  var collective: any Collective = SerialCollective()
  var name: String { "batchNormalization" }

  func gradient(_ context: GradientContext) -> [Tensor?] {
    let moments =
      training ? Array(context.outputs[1...2]) : Array(context.inputs[3...4])
    let x = context.inputs[0]
    let channels: Shape = [x.shape[1]]
    let gradients = x.graph.append(
      BatchNormalizationGradient(epsilon: epsilon, training: training, collective: collective),
      inputs: Array(context.inputs[0...2]) + moments + [context.outputGradients[0]],
      shapes: [x.shape, channels, channels])
    return gradients.map { $0 } + (training ? [] : [nil, nil])
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    (training ? 7 : 3) * inputs[0].count
  }

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
        moreImages: [y], sizes: [rectifies ? 1 : 0], scalars: [epsilon])
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

/// The gradients of x, scale and shift. Inputs: x, scale, shift, mean, variance, the outer gradient.
struct BatchNormalizationGradient: Operation {
  let epsilon: Float
  let training: Bool
  var rectifies = false
  var collective: any Collective = SerialCollective()
  var name: String { "batchNormalizationGradient" }

  func workspaceCount(inputs: [Shape], outputs: [Shape]) -> Int {
    collective.isShared ? 2 * inputs[1].count.roundedUp(to: 16) : 0
  }

  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 9 * inputs[0].count }

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
      sizes: [rectifies ? 1 : 0, training ? 1 : 0], scalars: [epsilon])
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
      sizes: [rectifies ? 1 : 0, 0], scalars: [epsilon])
    for (own, output) in [(toScale, binding.outputs[1]), (toShift, binding.outputs[2])] {
      if let output { calls.append(.copy(own, to: output, count: channels)) }
    }
    calls.append(RankMeanCall.instruction(toScale, count: 2 * padded, over: collective))
    guard let toX = binding.outputs[0] else { return calls }
    return calls
      + parts.calls(
        MIM_NORMALIZE_CHANNELS_GRADIENT_OF_JOINED, images: [x[0]],
        channels: [x[3], x[4], x[1], x[2]], moreImages: [x[5], toX],
        moreChannels: [toScale, toShift], sizes: [rectifies ? 1 : 0], scalars: [epsilon])
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

extension Tensor {
  /// Batch normalisation of x [batch, channels, height, width], per channel (S. Ioffe, C. Szegedy,
  /// arXiv:1502.03167): scale·(x − mean)/√(variance + ε) + shift. `scale`, `shift`, `runningMean` and
  /// `runningVariance` have shape [channels].
  ///
  /// In `training`, mean and (biased) variance are those of the batch, and the updates move the running
  /// statistics, which must be parameters, by `momentum` towards the batch's mean and unbiased variance;
  /// they take effect with a plan's other updates. Otherwise the running statistics are used, as
  /// constants, and there are no updates. With several ranks, the batch is that of all of them together.
  /// Precondition: the shapes agree, and there is a number a channel.
  public func batchNormalization(
    scale: Tensor, shift: Tensor, runningMean: Tensor, runningVariance: Tensor,
    epsilon: Float = 1e-5, momentum: Float = 0.1, training: Bool,
    collective: any Collective = SerialCollective()
  ) -> (Tensor, [Update]) {
    let arrays = [scale, shift, runningMean, runningVariance]
    precondition(
      shape.rank == 4 && count > 0 && arrays.allSatisfy { $0.shape == [shape[1]] },
      "batch normalisation of \(shape) with \(arrays.map(\.shape))")
    let operation = BatchNormalization(
      epsilon: epsilon, training: training, collective: collective)
    guard training else {
      return (graph.append(operation, inputs: [self] + arrays, shape: shape), [])
    }
    let results = graph.append(
      operation, inputs: [self, scale, shift],
      shapes: [shape, runningMean.shape, runningMean.shape])
    let items = Float(count / shape[1] * collective.size)
    // One item has no unbiased variance; PyTorch refuses it, and here the biased one stands in.
    let unbiased = items > 1 ? items / (items - 1) : 1
    func moved(_ old: Tensor, _ new: Tensor) -> Update {
      Update(parameter: old, replacement: old * (1 - momentum) + new.stopGradient() * momentum)
    }
    return (
      results[0],
      [moved(runningMean, results[1]), moved(runningVariance, results[2] * unbiased)]
    )
  }
}
