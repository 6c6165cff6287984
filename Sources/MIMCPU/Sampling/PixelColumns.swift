import CKernels
import MIMTensor

/// A `PixelNetwork` packed for the kernel that draws pixel by pixel.
struct PixelColumns: PixelNetworkSampler {
  private let imageShape: Shape
  private let conditionChannels: Int
  private let heads: Int
  private let channels: Int
  private let layerCount: Int
  private let draw: PixelNetwork.PixelDraw
  private let weights: AlignedBuffer
  private let shifts: AlignedBuffer
  private let headWeights: AlignedBuffer
  private let headBiases: AlignedBuffer

  /// The images that a thread draws at once: a few blocks of six, and small enough for the caches.
  private static let share = 60

  /// Throws `EngineError.outOfMemory`.
  init(_ network: PixelNetwork) throws {
    let width = network.layers[0].outputs
    imageShape = network.imageShape
    conditionChannels = network.conditionChannels
    draw = network.draw
    heads = network.biases.count
    channels = width.roundedUp(to: InstructionSet.inUse.lanes)
    layerCount = network.layers.count
    (weights, shifts) = try Self.packed(network.layers, channels: channels)
    headWeights = try AlignedBuffer(count: heads * channels)
    for head in 0..<heads {
      for channel in 0..<width {
        headWeights.pointer[head * channels + channel] =
          network.heads.elements[head * width + channel]
      }
    }
    headBiases = try AlignedBuffer(count: heads)
    headBiases.set(network.biases)
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

  func sample(
    condition: HostArray<Float>, uniforms: HostArray<Float>, known: KnownPixels?, threads: Int
  ) throws -> PixelNetwork.Images {
    let (count, pixels) = (condition.rowCount, imageShape[1] * imageShape[2])
    precondition(
      condition.count == count * conditionChannels * pixels
        && uniforms.count == count * imageShape.count,
      "condition \(condition.shape) and uniforms \(uniforms.shape) for images of \(imageShape)")
    precondition(
      known.map { $0.images.count == uniforms.count && (0...pixels).contains($0.count) } ?? true,
      "\(known?.count ?? 0) known pixels of images of \(imageShape)")
    let part = min(count, Self.share * max(1, threads))
    let workspace = try AlignedBuffer(
      count: Int(withNetwork { mim_pixelcnn_workspace($0, Int64(part)) }))
    var drawn = [Float](repeating: 0, count: count * imageShape.count)
    var said = [Float](repeating: 0, count: count * heads * pixels)
    for first in stride(from: 0, to: count, by: max(1, part)) {
      sample(
        first..<min(first + part, count), condition: condition.elements,
        uniforms: uniforms.elements, known: known, drawn: &drawn, said: &said, workspace: workspace,
        threads: threads)
    }
    return PixelNetwork.Images(
      pixels: HostArray(drawn, shape: Shape([count] + imageShape.dimensions)),
      heads: HostArray(said, shape: [count, heads, imageShape[1], imageShape[2]]))
  }

  /// Draws the images of a range; the arrays hold all of them.
  private func sample(
    _ range: Range<Int>, condition: [Float], uniforms: [Float], known: KnownPixels?,
    drawn: inout [Float], said: inout [Float], workspace: AlignedBuffer, threads: Int
  ) {
    let (first, pixels) = (range.lowerBound, imageShape[1] * imageShape[2])
    let given = known?.count ?? 0
    condition.withUnsafeBufferPointer { condition in
      uniforms.withUnsafeBufferPointer { uniforms in
        drawn.withUnsafeMutableBufferPointer { drawn in
          said.withUnsafeMutableBufferPointer { said in
            withNetwork { network in
              (known?.images.elements ?? []).withUnsafeBufferPointer { known in
                mim_pixelcnn_sample(
                  network, Int64(range.count),
                  condition.baseAddress.map { $0 + first * conditionChannels * pixels },
                  uniforms.baseAddress.map { $0 + first * imageShape.count },
                  known.isEmpty ? nil : known.baseAddress.map { $0 + first * imageShape.count },
                  Int64(given), drawn.baseAddress.map { $0 + first * imageShape.count },
                  said.baseAddress.map { $0 + first * heads * pixels }, workspace.pointer,
                  Int32(clamping: threads))
              }
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
