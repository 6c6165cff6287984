/// The extents of a convolution of x [batch, in, height, width] with the weights of its heads.
struct ConvolutionGeometry: Hashable, Sendable {
  let batch: Int
  let channels: Int
  let height: Int
  let width: Int
  /// The channels that each head gives.
  let heads: [Int]
  let kernelHeight: Int
  let kernelWidth: Int
  let stride: Int
  let padding: Int

  init(_ convolution: Convolution, x: Shape, weights: [Shape]) {
    (batch, channels, height, width) = (x[0], x[1], x[2], x[3])
    heads = weights.map { $0[0] }
    (kernelHeight, kernelWidth) = (weights[0][2], weights[0][3])
    (stride, padding) = (convolution.stride, convolution.padding)
  }

  var outputHeight: Int { (height + 2 * padding - kernelHeight) / stride + 1 }
  var outputWidth: Int { (width + 2 * padding - kernelWidth) / stride + 1 }
  var output: Shape { [batch, heads.reduce(0, +), outputHeight, outputWidth] }

  /// `100×1×28×28, 7×7`: x and the kernel, and the stride where it isn't 1.
  var extents: String {
    let x: Shape = [batch, channels, height, width]
    return "\(x.extents), \(kernelHeight)×\(kernelWidth)"
      + (stride == 1 ? "" : ", stride \(stride)")
  }

  /// The weights of one output channel.
  var kernelCount: Int { channels * kernelHeight * kernelWidth }

  /// A multiplication and an addition for each weight at each place of the result.
  var operations: Int {
    2 * output.count * kernelCount
  }

  /// How a plan stores x: up to three channels (a gray or coloured image) are read as they are.
  var inputLayout: ChannelLayout? { channels <= 3 ? nil : gradientLayout }
  /// Whether the gradient of x is made plain by `NarrowInputGradient`.
  var isNarrow: Bool { channels <= 3 && stride == 1 }
  var gradientLayout: ChannelLayout { ChannelLayout(segments: [channels]) }
  /// How a plan stores the result: every head begins a block.
  var outputLayout: ChannelLayout { ChannelLayout(segments: heads) }
}
