/// Which weights a masked convolution keeps (van den Oord et al., arXiv:1601.06759, §3.4; the authors' MIM
/// masks places, not channels): those above the kernel's middle row and left of its middle.
public enum ConvolutionMask: String, Sendable, CaseIterable, Codable {
  /// Without the middle: a pixel doesn't see itself.
  case a
  /// With the middle.
  case b
}

/// W with the masked weights set to zero. Its gradient passes unmasked, as in the authors' code,
/// where the gradient's norm counts masked places too.
package struct MaskedWeights: Operation {
  package let mask: ConvolutionMask
  package var name: String { "maskedWeights" }

  package func gradient(_ context: GradientContext) -> [Tensor?] { [context.outputGradients[0]] }

  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
}

extension Tensor {
  /// A convolution that sees only pixels before each pixel in row-major order (`.b`: and the pixel itself), of
  /// the image's size: x [batch, in, height, width], `weight` [out, in, k, k], k odd.
  ///
  /// The weights used are W ⊙ mask; the gradient of W is that of the unmasked convolution. Where a plan
  /// updates `weight`, its masked places are set to zero after every update.
  public func maskedConvolution(weight: Tensor, mask: ConvolutionMask) -> Tensor {
    precondition(
      weight.shape.rank == 4 && weight.shape[2] % 2 == 1 && weight.shape[2] == weight.shape[3],
      "masked convolution with weight \(weight.shape)")
    let masked = weight.applying(MaskedWeights(mask: mask))
    return convolution(heads: [(masked, nil)], padding: weight.shape[2] / 2)
  }
}
