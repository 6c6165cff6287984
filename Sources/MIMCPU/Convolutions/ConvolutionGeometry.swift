import MIMTensor

/// The extents of a convolution of x [batch, in, height, width] with the weights of its heads, and how many
/// channels are stored together.
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
  /// The channels of a block of stored images.
  let lanes: Int

  /// `lanes` matters only where a plan stores the images.
  init(_ convolution: Convolution, x: Shape, weights: [Shape], lanes: Int = 1) {
    (batch, channels, height, width) = (x[0], x[1], x[2], x[3])
    heads = weights.map { $0[0] }
    (kernelHeight, kernelWidth) = (weights[0][2], weights[0][3])
    (stride, padding) = (convolution.stride, convolution.padding)
    self.lanes = lanes
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
  var gradientLayout: ChannelLayout { ChannelLayout(segments: [channels], block: lanes) }
  /// How a plan stores the result: every head begins a block.
  var outputLayout: ChannelLayout { ChannelLayout(segments: heads, block: lanes) }
  /// Whether the two heads are the halves h and g of whole blocks, so that h·sigmoid(g) can be made at once.
  var hasGateableHeads: Bool {
    heads.count == 2 && heads[0] == heads[1] && !outputLayout.isPadded
  }

  /// The floats of one stored image: of x, of its blocked gradient, of the result.
  var inputCount: Int { (inputLayout?.storedChannels ?? channels) * height * width }
  var gradientCount: Int { gradientLayout.storedChannels * height * width }
  var outputCount: Int { outputLayout.storedChannels * outputHeight * outputWidth }
}
