/// How a plan stores images between convolutions: [batch, blocks, height, width, 16], oneDNN's nChw16c.
/// The channels are cut into segments (the heads of the convolution that made them), each of which
/// begins a block; zeros fill its last block up.
package struct ChannelLayout: Hashable, Sendable {
  static let block = 16

  let segments: [Int]

  var channels: Int { segments.reduce(0, +) }
  var blocks: Int { segments.reduce(0) { $0 + Self.blocks($1) } }
  /// Whether some lanes hold no channel.
  var isPadded: Bool { segments.contains { $0 % Self.block != 0 } }

  static func blocks(_ channels: Int) -> Int { channels.roundedUp(to: block) / block }

  /// The stored shape of images of the logical shape [batch, channels, height, width].
  func stored(_ shape: Shape) -> Shape {
    [shape[0], blocks, shape[2], shape[3], Self.block]
  }
}

/// What an operation sees when it is asked for its form on blocked images.
package struct BlockedContext {
  /// The logical shapes.
  let inputs: [Shape]
  let outputs: [Shape]
  /// The layout in which an input exists already; nil where it is stored plainly.
  let layouts: [ChannelLayout?]
  let options: PlanOptions
}

/// An operation's form on blocked images: the layout of each input and output, nil for plain ones.
package struct BlockedForm {
  var operation: any Operation
  var inputs: [ChannelLayout?]
  var outputs: [ChannelLayout?]
}
