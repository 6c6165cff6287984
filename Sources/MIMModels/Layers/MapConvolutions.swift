import MIMTensor

/// A convolution, with a rectifier behind it where that is wanted.
struct MapConvolution: MapLayer {
  let name: String
  let input: ImageSize
  let channels: Int
  let kernel: Int
  let stride: Int
  let isRectified: Bool

  /// An even kernel lacks a column on one side: with a stride of 2 and a kernel of 4 the image is halved.
  private var padding: Int { (kernel - 1) / 2 }

  private var weight: Shape { [channels, input.channels, kernel, kernel] }

  var output: ImageSize {
    var size = input
    size.channels = channels
    size.height = (input.height + 2 * padding - kernel) / stride + 1
    size.width = (input.width + 2 * padding - kernel) / stride + 1
    return size
  }

  var parameters: [ParameterDeclaration] {
    ParameterDeclaration.convolution(name, weight, hasBias: true)
  }

  var summary: String {
    "\(input.text) → \(output.text), \(kernel)×\(kernel) convolution\(isRectified ? ", relu" : "")"
  }

  func apply(_ x: Tensor) -> Tensor {
    x.graph.scope(name) {
      let y = x.convolution(
        heads: [
          (
            x.graph.parameter("\(name).weight", shape: weight),
            x.graph.parameter("\(name).bias", shape: [channels])
          )
        ], stride: stride, padding: padding)
      return isRectified ? y.relu() : y
    }
  }
}

/// A transposed convolution of kernel 4 that doubles an image's height and width.
struct DoublingConvolution: MapLayer {
  let name: String
  let input: ImageSize
  let channels: Int

  static let kernel = 4

  private var weight: Shape { [input.channels, channels, Self.kernel, Self.kernel] }

  var output: ImageSize {
    var size = input
    (size.channels, size.height, size.width) = (channels, 2 * input.height, 2 * input.width)
    return size
  }

  /// PyTorch's default goes by the outputs of a transposed weight.
  var parameters: [ParameterDeclaration] {
    let fanIn = Float(channels * Self.kernel * Self.kernel)
    let start = ParameterInitializer.uniform(bound: 1 / fanIn.squareRoot())
    return [
      ParameterDeclaration(name: "\(name).weight", shape: weight, initializer: start),
      ParameterDeclaration(name: "\(name).bias", shape: [channels], initializer: start),
    ]
  }

  var summary: String { "\(input.text) → \(output.text), transposed 4×4 convolution, relu" }

  func apply(_ x: Tensor) -> Tensor {
    x.graph.scope(name) {
      x.transposedConvolution(
        weight: x.graph.parameter("\(name).weight", shape: weight),
        bias: x.graph.parameter("\(name).bias", shape: [channels]), stride: 2, padding: 1
      ).relu()
    }
  }
}

/// x + W₁ relu(W₃ relu(x)): a 3×3 convolution and a 1×1 one beside a path that leaves x as it is (van den Oord et al. 2017,
/// arXiv:1711.00937, section 4.1).
struct ResidualBlock: MapLayer {
  let name: String
  let output: ImageSize

  private var convolutions: (wide: MapConvolution, narrow: MapConvolution) {
    func layer(_ part: String, kernel: Int) -> MapConvolution {
      MapConvolution(
        name: "\(name).\(part)", input: output, channels: output.channels, kernel: kernel,
        stride: 1, isRectified: false)
    }
    return (layer("wide", kernel: 3), layer("narrow", kernel: 1))
  }

  var parameters: [ParameterDeclaration] {
    convolutions.wide.parameters + convolutions.narrow.parameters
  }

  var summary: String { "\(output.text), residual block" }

  func apply(_ x: Tensor) -> Tensor {
    let (wide, narrow) = convolutions
    return Self.apply(x, wide: wide.apply, narrow: narrow.apply)
  }

  /// Of its two convolutions.
  static func apply(
    _ x: Tensor, wide: (Tensor) -> Tensor, narrow: (Tensor) -> Tensor
  ) -> Tensor { x + narrow(wide(x.relu()).relu()) }
}
