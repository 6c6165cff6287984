import CPNG

/// Many small images of one size as one square PNG, row after row, as TensorFlow's projector takes
/// them.
package enum SpriteSheet {
  /// The largest side in pixels that the projector shows.
  package static let largestSide = 8_192

  /// Images in a row of the sheet of `count` images.
  package static func columns(_ count: Int) -> Int {
    Int(Double(count).squareRoot().rounded(.up))
  }

  /// The PNG's bytes; places without an image stay black. `pixels` is
  /// `[image, height, width, channels]` with 1 or 3 channels; `range` goes from black to white.
  ///
  /// - Parameter given: images in a row, with as many rows as they need; nil: as many rows as columns.
  /// - Throws: ``FigureError/png(_:)``.
  package static func png(
    _ pixels: [Float], width: Int, height: Int, channels: Int, range: ClosedRange<Float>,
    columns given: Int? = nil
  ) throws -> [UInt8] {
    let size = width * height * channels
    let columns = given ?? columns(pixels.count / size)
    let rows = given == nil ? columns : (pixels.count / size + columns - 1) / columns
    let line = columns * width * channels
    var sheet = [UInt8](repeating: 0, count: line * rows * height)
    let scale = 255 / (range.upperBound - range.lowerBound)
    for image in 0..<pixels.count / size {
      let start = image / columns * height * line + image % columns * width * channels
      for row in 0..<height {
        for place in 0..<width * channels {
          let value = pixels[image * size + row * width * channels + place]
          sheet[start + row * line + place] =
            UInt8(min(255, max(0, (value - range.lowerBound) * scale)).rounded())
        }
      }
    }
    return try encoded(sheet, width: columns * width, height: rows * height, channels: channels)
  }

  private static func encoded(
    _ bytes: [UInt8], width: Int, height: Int, channels: Int
  ) throws -> [UInt8] {
    var out: UnsafeMutablePointer<UInt8>?
    var size = 0
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_SIZE))
    let status = cpng_encode(
      bytes, UInt32(width), UInt32(height), UInt32(channels), 0, nil, nil, 0, &out, &size,
      &message, message.count)
    defer { cpng_free(out) }
    guard Int(status) == Int(CPNG_OK), let out else {
      let words = message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
      throw FigureError.png(String(decoding: words, as: UTF8.self))
    }
    return [UInt8](UnsafeBufferPointer(start: out, count: size))
  }
}
