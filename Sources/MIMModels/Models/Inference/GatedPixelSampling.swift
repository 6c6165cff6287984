import Foundation
import MIMCPU
import MIMTensor

/// Draws images from a gated PixelCNN: the vertical stack is computed row by row, the horizontal one pixel by pixel, so that an image costs about
/// what one pass over it does.
package struct GatedPixelSampler: PixelSampler {
  private let decoder: GatedPixelDecoder
  private let draw: PixelNetwork.PixelDraw
  private let store: ParameterStore
  private let threads: Int
  private let conditions: BatchedProgram

  /// Nil for other decoders, and for pixels that are drawn otherwise than by levels.
  package init?(
    _ specification: ModelSpecification, store: ParameterStore, batch: Int, threads: Int
  ) throws {
    guard specification.levels == 1, specification.decoder.component is GatedPixelCNN,
      let decoder = specification.decoderNetwork as? GatedPixelDecoder,
      let draw = specification.likelihood.component.gatedForm?.pixelDraw
    else { return nil }
    self.decoder = decoder
    self.draw = draw
    self.store = store
    self.threads = threads
    conditions = try BatchedProgram(
      width: specification.latentSize, batch: batch, store: store, seed: 0, threads: threads
    ) { z in [decoder.condition(of: z)] }
  }

  package func sample(
    codes: HostArray<Float>, uniforms: HostArray<Float>, known: KnownPixels?
  ) throws -> HostArray<Float> {
    let (count, size) = (codes.rowCount, decoder.image.count)
    let (conditions, draw) = (self.conditions.run(codes)[0], self.draw)
    let network = try GatedPixelArrays(decoder, store: store)
    // Images in turns, so that a request to stop is heard between them.
    var pixels: [Float] = []
    pixels.reserveCapacity(count * size)
    let turn = max(1, workerCount(threads)) * 4
    for start in stride(from: 0, to: count, by: turn) {
      try StopRequest.check()
      let rows = start..<min(start + turn, count)
      let made = ImageBuffer(images: rows.count, size: size)
      inParallel(count: rows.count, chunk: 1, threads: threads) { range in
        for index in range {
          made.write(
            network.made(
              condition: Array(conditions.row(start + index)),
              uniforms: Array(uniforms.row(start + index)),
              known: known.map { Array($0.images.row(start + index)) } ?? [],
              given: known?.count ?? 0, by: draw), at: index)
        }
      }
      pixels += made.elements
    }
    return HostArray(pixels, shape: [count, size])
  }
}

/// Images written by several threads, each in its own place.
private final class ImageBuffer: @unchecked Sendable {
  // Unchecked: no two threads write the same image.
  private let pixels: UnsafeMutableBufferPointer<Float>
  private let size: Int

  init(images: Int, size: Int) {
    self.size = size
    pixels = .allocate(capacity: images * size)
    pixels.initialize(repeating: 0)
  }

  deinit { pixels.deallocate() }

  func write(_ image: [Float], at index: Int) {
    for (place, value) in zip(index * size..<(index + 1) * size, image) { pixels[place] = value }
  }

  var elements: [Float] { Array(pixels) }
}
