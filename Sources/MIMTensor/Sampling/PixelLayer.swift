/// One masked 3×3 convolution of a PixelCNN with its batch norm folded in: what a pixel-by-pixel
/// sampler computes is relu(shift + Σ weight · input) over the taps that the mask leaves.
public struct PixelLayer: Sendable {
  /// `[outputs, inputs, 3, 3]`; what the mask hides is never read.
  package let weight: HostArray<Float>
  /// Added to each output channel.
  package let shift: [Float]

  /// A convolution without bias followed by batch norm with running statistics (Ioffe and Szegedy
  /// 2015, arXiv:1502.03167): scale·(y − mean)/√(variance + ε) + shift. `weight`
  /// `[outputs, inputs, 3, 3]`, the rest `[outputs]`.
  public init(
    weight: HostArray<Float>, scale: [Float], shift: [Float], mean: [Float], variance: [Float],
    epsilon: Float = 1e-5
  ) {
    let outputs = weight.rowCount
    precondition(
      weight.shape.rank == 4 && weight.shape[2] == 3 && weight.shape[3] == 3
        && [scale, shift, mean, variance].allSatisfy { $0.count == outputs },
      "a masked layer of \(weight.shape) with statistics of \(scale.count) channels")
    let factors = zip(scale, variance).map { $0 / ($1 + epsilon).squareRoot() }
    var folded = weight
    let size = weight.rowSize
    for channel in 0..<outputs {
      for position in channel * size..<(channel + 1) * size {
        folded.elements[position] *= factors[channel]
      }
    }
    self.weight = folded
    self.shift = (0..<outputs).map { shift[$0] - mean[$0] * factors[$0] }
  }

  package var outputs: Int { weight.shape[0] }
  package var inputs: Int { weight.shape[1] }
}
