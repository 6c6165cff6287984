import MIMTensor

/// How a plan stores images between convolutions: [batch, blocks, height, width, block], a block being as many
/// channels as a register of the instruction set in use has floats. The channels are cut into segments (the heads
/// of the convolution that made them), each of which begins a block; zeros fill its last block up.
struct ChannelLayout: Hashable, Sendable {
  let segments: [Int]
  /// The channels of a block.
  let block: Int

  var channels: Int { segments.reduce(0, +) }
  var blocks: Int { segments.reduce(0) { $0 + ($1.roundedUp(to: block) / block) } }
  /// The channels with the zeros that fill blocks up.
  var storedChannels: Int { blocks * block }
  /// Whether some lanes hold no channel.
  var isPadded: Bool { segments.contains { $0 % block != 0 } }

  /// The stored shape of images of the logical shape [batch, channels, height, width].
  func stored(_ shape: Shape) -> Shape {
    [shape[0], blocks, shape[2], shape[3], block]
  }
}

/// The information from which an operation chooses its form on blocked images.
struct BlockedContext {
  /// The logical shapes.
  let inputs: [Shape]
  let outputs: [Shape]
  /// The layout in which an input exists already; nil where it is stored plainly.
  let layouts: [ChannelLayout?]
  let options: CPUOptions
}

/// An operation's form on blocked images: the layout of each input and output, nil for plain ones.
struct BlockedForm {
  var operation: any CPUOperation
  var inputs: [ChannelLayout?]
  var outputs: [ChannelLayout?]
}
