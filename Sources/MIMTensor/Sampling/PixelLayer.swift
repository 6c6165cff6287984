/// One masked 3×3 convolution of a PixelCNN with its batch norm folded in: what a pixel-by-pixel
/// sampler computes is relu(shift + Σ weight · input) over the taps that the mask leaves.
public struct PixelLayer: Sendable {
  /// `[outputs, inputs, 3, 3]`; what the mask hides is never read.
  let weight: HostArray<Float>
  /// Added to each output channel.
  let shift: [Float]

  /// The rows above and the pixels to the left are seen; the pixel itself by all but the first.
  static let taps = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]

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

  var outputs: Int { weight.shape[0] }
  var inputs: Int { weight.shape[1] }

  /// Writes `[tap][input][output]` of the first `taps` taps, channels filled up with zeros.
  func pack(
    taps: Int, inputs padded: Int, outputs: Int, into target: UnsafeMutablePointer<Float>
  ) {
    for (tap, place) in Self.taps.prefix(taps).enumerated() {
      for input in 0..<inputs {
        let row = target + (tap * padded + input) * outputs
        for output in 0..<self.outputs {
          row[output] =
            weight.elements[((output * inputs + input) * 3 + place.0) * 3 + place.1]
        }
      }
    }
  }
}
