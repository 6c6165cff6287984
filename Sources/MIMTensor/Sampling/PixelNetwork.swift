/// A PixelCNN (van den Oord, Kalchbrenner and Kavukcuoglu 2016, arXiv:1601.06759) for
/// drawing images: 3×3 masked convolutions (the first 'A', the others 'B'), each with batch norm
/// folded in and ReLU, and 1×1 heads.
///
/// A pixel's activations depend on the pixels before it only and never change afterwards, so each
/// pixel costs one column of every layer: 2·5·channels²·layers operations instead of a pass over
/// the image. The draws are those of the naive sampler for the same uniform numbers.
public struct PixelNetwork: Sendable {
  /// How a pixel is drawn from what the heads give.
  public enum PixelDraw: Sendable {
    /// A logit per image channel, held in ±11.5: 1 where u < σ(logit).
    case bernoulli
    /// σ⁻¹(mean) per image channel, then log-scales, held in −4.5…0: the level of 256 that the
    /// logistic distribution's quantile at u falls into, as an intensity k/255.
    case logistic
  }

  /// Drawn images and what the network said of each pixel, given the pixels before it.
  public struct Images: Sendable {
    /// `[n, channels, height, width]`.
    public let pixels: HostArray<Float>
    /// The heads' outputs, `[n, heads, height, width]`.
    public let heads: HostArray<Float>

    /// What a sampler drew.
    public init(pixels: HostArray<Float>, heads: HostArray<Float>) {
      self.pixels = pixels
      self.heads = heads
    }
  }

  /// The shape of an image, `[channels, height, width]`.
  public let imageShape: Shape
  /// The channels of the condition beside the image's.
  public let conditionChannels: Int
  package let layers: [PixelLayer]
  package let heads: HostArray<Float>
  package let biases: [Float]
  package let draw: PixelDraw

  /// A network. `heads` `[outputs, channels]` and their biases. Preconditions: layers fit
  /// each other, all hidden ones have the same width.
  public init(
    layers: [PixelLayer], heads: HostArray<Float>, biases: [Float], draw: PixelDraw,
    imageShape: Shape
  ) {
    precondition(!layers.isEmpty && imageShape.rank == 3, "an image network without layers")
    let width = layers[0].outputs
    precondition(
      layers.allSatisfy { $0.outputs == width }
        && layers.dropFirst().allSatisfy {
          $0.inputs == width
        }, "hidden layers of different widths")
    let expected = imageShape[0] * (draw == .logistic ? 2 : 1)
    precondition(
      heads.shape == [expected, width] && biases.count == expected,
      "heads \(heads.shape) for \(expected) outputs of \(width) channels")
    self.imageShape = imageShape
    self.layers = layers
    self.heads = heads
    self.biases = biases
    self.draw = draw
    conditionChannels = layers[0].inputs - imageShape[0]
  }
}

/// A network made ready for drawing images by a backend.
public protocol PixelNetworkSampler {
  /// Draws one image per row of `condition` `[n, conditionChannels, height, width]`. `uniforms`
  /// `[n, …imageShape]` in (0, 1) decide the pixels that aren't `known`. The images don't depend on `threads`.
  ///
  /// Throws `EngineError.outOfMemory`. Cost: linear in images, pixels and channels².
  func sample(
    condition: HostArray<Float>, uniforms: HostArray<Float>, known: KnownPixels?, threads: Int
  ) throws -> PixelNetwork.Images
}

extension PixelNetworkSampler {
  /// The same where no pixel is known.
  public func sample(
    condition: HostArray<Float>, uniforms: HostArray<Float>, threads: Int
  ) throws -> PixelNetwork.Images {
    try sample(condition: condition, uniforms: uniforms, known: nil, threads: threads)
  }
}

/// Pixels that aren't drawn: the first ones of each image in row-major order, with all their channels.
public struct KnownPixels: Sendable {
  /// Whole images, a row for each; what comes after the first pixels doesn't matter.
  public let images: HostArray<Float>
  /// How many pixels of each.
  public let count: Int

  /// The first `count` pixels of images.
  public init(_ images: HostArray<Float>, count: Int) {
    self.images = images
    self.count = count
  }
}
