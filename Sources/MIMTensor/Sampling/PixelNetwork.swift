import CKernels
import Dispatch

/// A PixelCNN (van den Oord, Kalchbrenner and Kavukcuoglu 2016, arXiv:1601.06759) made ready for
/// drawing images: 3×3 masked convolutions (the first 'A', the others 'B'), each with batch norm
/// folded in and ReLU, and 1×1 heads.
///
/// A pixel's activations depend on the pixels before it only and never change afterwards, so each
/// pixel costs one column of every layer: 2·5·channels²·layers operations instead of a pass over
/// the image. The draws are those of the naive sampler for the same uniform numbers.
public final class PixelNetwork: Sendable {
  /// How a pixel is drawn from what the heads give.
  public enum PixelDraw: Sendable {
    /// A logit per image channel: 1 where u < σ(logit).
    case bernoulli
    /// σ⁻¹(mean) per image channel, then log-scales, clamped to −4.5…0: the logistic
    /// distribution's quantile at u, rounded down to 1/256 and kept in 0…1.
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
  // Written while being made, read only afterwards.
  private nonisolated(unsafe) let weights: AlignedBuffer
  private nonisolated(unsafe) let shifts: AlignedBuffer
  private nonisolated(unsafe) let headWeights: AlignedBuffer
  private nonisolated(unsafe) let headBiases: AlignedBuffer

  /// Images of one drawing job: a few blocks of six, and small enough for the caches.
  private static let jobSize = 60

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
    channels = width.roundedUp(to: Int(MIM_PIXELCNN_LANES))
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
  /// `[n, …imageShape]` in (0, 1) decide the pixels. `threads` images' jobs run side by side; the
  /// result does not depend on it. Returns nil when `isCancelled` said so, asked before each job.
  ///
  /// Throws `EngineError.outOfMemory`. Cost: linear in images, pixels and channels².
  public func sample(
    condition: HostArray<Float>, uniforms: HostArray<Float>, threads: Int = 1,
    isCancelled: @Sendable () -> Bool = { false }
  ) throws -> Images? {
    let (count, pixels) = (condition.rowCount, imageShape[1] * imageShape[2])
    precondition(
      condition.count == count * conditionChannels * pixels
        && uniforms.count == count * imageShape.count,
      "condition \(condition.shape) and uniforms \(uniforms.shape) for images of \(imageShape)")
    guard count > 0 else {
      return images([], [], count: 0)
    }
    let size = max(1, min(Self.jobSize, (count + threads - 1) / max(1, threads)))
    let jobs = (count + size - 1) / size
    let workers = min(max(1, threads), jobs)
    let workspaces = try (0..<workers).map { _ in try workspace(images: size) }
    var drawn = [Float](repeating: 0, count: count * imageShape.count)
    var said = [Float](repeating: 0, count: count * heads * pixels)
    let finished = drawn.withUnsafeMutableBufferPointer { drawn in
      said.withUnsafeMutableBufferPointer { said in
        condition.elements.withUnsafeBufferPointer { condition in
          uniforms.elements.withUnsafeBufferPointer { uniforms in
            let arrays = Arrays(
              condition: condition.baseAddress, uniforms: uniforms.baseAddress,
              drawn: drawn.baseAddress, said: said.baseAddress,
              workspaces: workspaces.map(\.pointer))
            return run(
              arrays, count: count, size: size, jobs: jobs, workers: workers,
              isCancelled: isCancelled)
          }
        }
      }
    }
    return finished ? images(drawn, said, count: count) : nil
  }

  private func images(_ drawn: [Float], _ said: [Float], count: Int) -> Images {
    Images(
      pixels: HostArray(drawn, shape: Shape([count] + imageShape.dimensions)),
      heads: HostArray(said, shape: [count, heads, imageShape[1], imageShape[2]]))
  }

  private func workspace(images: Int) throws -> AlignedBuffer {
    try AlignedBuffer(count: Int(withNetwork { mim_pixelcnn_workspace($0, Int64(images)) }))
  }
}

extension PixelNetwork {
  /// Where a drawing reads and writes; jobs touch different images, workers different workspaces.
  private struct Arrays: @unchecked Sendable {
    let condition: UnsafePointer<Float>?
    let uniforms: UnsafePointer<Float>?
    let drawn: UnsafeMutablePointer<Float>?
    let said: UnsafeMutablePointer<Float>?
    let workspaces: [UnsafeMutablePointer<Float>]
  }

  /// Every worker takes each `workers`-th job. False when cancelled.
  private func run(
    _ arrays: Arrays, count: Int, size: Int, jobs: Int, workers: Int,
    isCancelled: @Sendable () -> Bool
  ) -> Bool {
    let pixels = imageShape[1] * imageShape[2]
    // Each worker writes its own place only.
    let stopped = UnsafeMutableBufferPointer<Bool>.allocate(capacity: workers)
    stopped.initialize(repeating: false)
    defer { stopped.deallocate() }
    nonisolated(unsafe) let stops = stopped
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      for job in stride(from: worker, to: jobs, by: workers) {
        if isCancelled() {
          stops[worker] = true
          return
        }
        let first = job * size
        let images = min(size, count - first)
        withNetwork { network in
          mim_pixelcnn_sample(
            network, Int64(images),
            arrays.condition.map { $0 + first * conditionChannels * pixels },
            arrays.uniforms.map { $0 + first * imageShape.count },
            arrays.drawn.map { $0 + first * imageShape.count },
            arrays.said.map { $0 + first * heads * pixels }, arrays.workspaces[worker])
        }
      }
    }
    return !stopped.contains(true)
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
