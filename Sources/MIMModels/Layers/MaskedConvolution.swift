import MIMTensor

/// A convolution that sees the pixels above, and those on the left in the same row; kind B also
/// the pixel itself (van den Oord et al. 2016, arXiv:1601.06759, figure 2). Without a bias: batch
/// normalisation follows.
package struct MaskedConvolution: Layer {
  package let name: String
  let kind: ConvolutionMask
  let input: ImageSize
  let channels: Int

  static let kernel = 3

  private var weightShape: Shape { [channels, input.channels, Self.kernel, Self.kernel] }

  package var parameters: [ParameterDeclaration] {
    let fanIn = input.channels * Self.kernel * Self.kernel
    return [
      ParameterDeclaration(
        name: "\(name).weight", shape: weightShape,
        initializer: .masked(bound: 1 / Float(fanIn).squareRoot(), mask: mask)),
      ParameterDeclaration(
        name: "\(name).mask", shape: weightShape, initializer: .given(mask), role: .mask),
    ]
  }

  /// 1 where a weight may be other than 0, in the order of the weights.
  var mask: [Float] {
    let area = Self.kernel * Self.kernel
    let centre = area / 2 + (kind == .b ? 1 : 0)
    return (0..<weightShape.count).map { $0 % area < centre ? 1 : 0 }
  }

  package var summary: String {
    "\(input.text) → \(input.convolved(to: channels, kernel: Self.kernel, stride: 1).text), "
      + "masked \(Self.kernel)×\(Self.kernel) convolution \(kind == .a ? "A" : "B")"
  }

  /// `x` `[batch, channels, height, width]` → the same with `channels` channels.
  package func apply(_ x: Tensor) -> Tensor {
    x.graph.scope(name) {
      x.maskedConvolution(
        weight: x.graph.parameter("\(name).weight", shape: weightShape), mask: kind)
    }
  }
}
