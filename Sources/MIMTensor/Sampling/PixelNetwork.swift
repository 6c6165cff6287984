import CKernels

/// A PixelCNN (van den Oord, Kalchbrenner and Kavukcuoglu 2016, arXiv:1601.06759) made ready for
/// drawing images: 3×3 masked convolutions (the first 'A', the others 'B'), each with batch norm
/// folded in and ReLU, and 1×1 heads.
///
/// A pixel's activations depend on the pixels before it only and never change afterwards, so each
/// pixel costs one column of every layer: 2·5·channels²·layers operations instead of a pass over
/// the image. The draws are those of the naive sampler for the same uniform numbers.
public struct PixelNetwork {
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
  }

  /// The shape of an image, `[channels, height, width]`.
  public let imageShape: Shape
  /// The channels of the condition beside the image's.
  public let conditionChannels: Int
  private let heads: Int
  private let channels: Int
  private let layerCount: Int
  private let draw: PixelDraw
  private let weights: AlignedBuffer
  private let shifts: AlignedBuffer
  private let headWeights: AlignedBuffer
  private let headBiases: AlignedBuffer

  /// The images that a thread draws at once: a few blocks of six, and small enough for the caches.
  private static let share = 60

  /// Prepares a network. `heads` `[outputs, channels]` and their biases. Preconditions: layers fit
  /// each other, all hidden ones have the same width. Throws `EngineError.outOfMemory`.
  public init(
    layers: [PixelLayer], heads: HostArray<Float>, biases: [Float], draw: PixelDraw,
    imageShape: Shape
  ) throws {
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
    self.draw = draw
    self.heads = expected
    channels = width.roundedUp(to: InstructionSet.inUse.lanes)
    conditionChannels = layers[0].inputs - imageShape[0]
    layerCount = layers.count
    (weights, shifts) = try Self.packed(layers, channels: channels)
    headWeights = try AlignedBuffer(count: expected * channels)
    for head in 0..<expected {
      for channel in 0..<width {
        headWeights.pointer[head * channels + channel] = heads.elements[head * width + channel]
      }
    }
    headBiases = try AlignedBuffer(count: expected)
    headBiases.set(biases)
  }

  private static func packed(
    _ layers: [PixelLayer], channels: Int
  ) throws -> (weights: AlignedBuffer, shifts: AlignedBuffer) {
    let first = 4 * layers[0].inputs * channels
    let further = 5 * channels * channels
    let weights = try AlignedBuffer(count: first + (layers.count - 1) * further)
    let shifts = try AlignedBuffer(count: layers.count * channels)
    layers[0].pack(taps: 4, inputs: layers[0].inputs, outputs: channels, into: weights.pointer)
    for (index, layer) in layers.enumerated() {
      if index > 0 {
        layer.pack(
          taps: 5, inputs: channels, outputs: channels,
          into: weights.pointer + first + (index - 1) * further)
      }
      for (channel, shift) in layer.shift.enumerated() {
        shifts.pointer[index * channels + channel] = shift
      }
    }
    return (weights, shifts)
  }

  /// Draws one image per row of `condition` `[n, conditionChannels, height, width]`. `uniforms`
  /// `[n, …imageShape]` in (0, 1) decide the pixels. The images don't depend on `threads`.
  ///
  /// Throws `EngineError.outOfMemory`. Cost: linear in images, pixels and channels².
  public func sample(
    condition: HostArray<Float>, uniforms: HostArray<Float>, threads: Int = 1
  ) throws -> Images {
    let (count, pixels) = (condition.rowCount, imageShape[1] * imageShape[2])
    precondition(
      condition.count == count * conditionChannels * pixels
        && uniforms.count == count * imageShape.count,
      "condition \(condition.shape) and uniforms \(uniforms.shape) for images of \(imageShape)")
    let part = min(count, Self.share * max(1, threads))
    let workspace = try AlignedBuffer(
      count: Int(withNetwork { mim_pixelcnn_workspace($0, Int64(part)) }))
    var drawn = [Float](repeating: 0, count: count * imageShape.count)
    var said = [Float](repeating: 0, count: count * heads * pixels)
    for first in stride(from: 0, to: count, by: max(1, part)) {
      sample(
        first..<min(first + part, count), condition: condition.elements,
        uniforms: uniforms.elements, drawn: &drawn, said: &said, workspace: workspace,
        threads: threads)
    }
    return Images(
      pixels: HostArray(drawn, shape: Shape([count] + imageShape.dimensions)),
      heads: HostArray(said, shape: [count, heads, imageShape[1], imageShape[2]]))
  }

  /// Draws the images of a range; the arrays hold all of them.
  private func sample(
    _ range: Range<Int>, condition: [Float], uniforms: [Float], drawn: inout [Float],
    said: inout [Float], workspace: AlignedBuffer, threads: Int
  ) {
    let (first, pixels) = (range.lowerBound, imageShape[1] * imageShape[2])
    condition.withUnsafeBufferPointer { condition in
      uniforms.withUnsafeBufferPointer { uniforms in
        drawn.withUnsafeMutableBufferPointer { drawn in
          said.withUnsafeMutableBufferPointer { said in
            withNetwork { network in
              mim_pixelcnn_sample(
                network, Int64(range.count),
                condition.baseAddress.map { $0 + first * conditionChannels * pixels },
                uniforms.baseAddress.map { $0 + first * imageShape.count },
                drawn.baseAddress.map { $0 + first * imageShape.count },
                said.baseAddress.map { $0 + first * heads * pixels }, workspace.pointer,
                Int32(clamping: threads))
            }
          }
        }
      }
    }
  }

  private func withNetwork<Result>(_ body: (UnsafePointer<mim_pixelcnn>) -> Result) -> Result {
    var network = mim_pixelcnn(
      height: Int64(imageShape[1]), width: Int64(imageShape[2]),
      image_channels: Int64(imageShape[0]),
      input_channels: Int64(imageShape[0] + conditionChannels), channels: Int64(channels),
      layers: Int64(layerCount), heads: Int64(heads),
      draw: draw == .bernoulli ? MIM_PIXEL_BERNOULLI : MIM_PIXEL_LOGISTIC,
      weights: weights.pointer, shifts: shifts.pointer, head_weights: headWeights.pointer,
      head_biases: headBiases.pointer)
    return body(&network)
  }
}
