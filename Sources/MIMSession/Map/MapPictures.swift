import MIMFigures

/// Many small images in few PNG files, row after row, that stay below a size.
package struct MapPictures {
  /// Images in a file; each has so many columns of them.
  static let (perSheet, columns) = (4_096, 64)
  /// Bytes of all files together: in base64 they are a third more, and the page stays below 40 MB.
  static let mostBytes = 28_000_000
  /// Values before they are packed.
  private static let mostValues = 64_000_000
  /// Images of few items may be larger.
  private static let longestSide = 96

  /// The size of an image in pixels.
  package let width: Int
  package let height: Int
  /// The files' bytes.
  package let sheets: [[UInt8]]
  /// Grey levels, or levels of each colour, that are left.
  package let levels: Int
  /// How many times smaller than the items the images are.
  package let reduction: Int

  /// The same for images of one channel with values from 0 to 1, `[image, height, width]`.
  package init(grey pixels: [Float], width: Int, height: Int, limit: Int) throws {
    try self.init(
      PictureArray(pixels: pixels, width: width, height: height, channels: 1, range: 0...1),
      limit: limit)
  }

  /// Packs images. Where they take more than `limit` bytes they get fewer levels, and then fewer pixels.
  /// - Parameter progress: is told how many of how many images are packed; what it throws ends the work.
  init(
    _ images: PictureArray, limit: Int = mostBytes,
    progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws {
    let side = max(images.width, images.height, 1)
    var reduction = max(1, (side + Self.longestSide - 1) / Self.longestSide)
    while images.values(reducedBy: reduction) > Self.mostValues { reduction += 1 }
    while true {
      let small = images.reduced(by: reduction)
      for levels in [256, 64, 32, 16] {
        let sheets = try Self.sheets(small, levels: levels, limit: limit, progress)
        if let sheets {
          (width, height) = (small.width, small.height)
          (self.sheets, self.levels, self.reduction) = (sheets, levels, reduction)
          return
        }
      }
      // Nothing is left to take away from an image of one pixel.
      guard max(small.width, small.height) > 1 else {
        (width, height, sheets, levels) = (1, 1, [], 0)
        self.reduction = reduction
        return
      }
      reduction += 1
    }
  }

  /// The files; nil as soon as it shows that they are too large.
  private static func sheets(
    _ images: PictureArray, levels: Int, limit: Int, _ progress: (Int, Int) throws -> Void
  ) throws -> [[UInt8]]? {
    let size = images.width * images.height * images.channels
    var (sheets, bytes) = ([[UInt8]](), 0)
    for start in stride(from: 0, to: images.count, by: perSheet) {
      let end = min(images.count, start + perSheet)
      let part = images.pixels[start * size..<end * size]
      let sheet = try SpriteSheet.png(
        levels == 256 ? Array(part) : quantized(part, images.range, levels),
        width: images.width, height: images.height, channels: images.channels,
        range: images.range, columns: min(columns, end - start))
      bytes += sheet.count
      let projected = Double(bytes) / Double(end) * Double(images.count)
      guard projected <= Double(limit) else { return nil }
      sheets.append(sheet)
      try progress(end, images.count)
    }
    return sheets
  }

  /// The nearest of so many equidistant values.
  private static func quantized(
    _ pixels: ArraySlice<Float>, _ range: ClosedRange<Float>, _ levels: Int
  ) -> [Float] {
    let extent = range.upperBound - range.lowerBound
    let steps = Float(levels - 1)
    return pixels.map { value in
      let share = min(1, max(0, (value - range.lowerBound) / extent))
      return range.lowerBound + (share * steps).rounded() / steps * extent
    }
  }
}

extension PictureArray {
  /// How many numbers the images have after a reduction.
  fileprivate func values(reducedBy factor: Int) -> Int {
    count * channels * ((width + factor - 1) / factor) * ((height + factor - 1) / factor)
  }

  /// Smaller images: the means of squares of `factor` × `factor` pixels, at the edges of what is there.
  fileprivate func reduced(by factor: Int) -> PictureArray {
    guard factor > 1 else { return self }
    let (columns, rows) = ((width + factor - 1) / factor, (height + factor - 1) / factor)
    var small: [Float] = []
    small.reserveCapacity(count * rows * columns * channels)
    for image in 0..<count {
      let start = image * width * height * channels
      for row in 0..<rows {
        for column in 0..<columns {
          for channel in 0..<channels {
            var (sum, number) = (Float(0), Float(0))
            for y in row * factor..<min(height, (row + 1) * factor) {
              for x in column * factor..<min(width, (column + 1) * factor) {
                sum += pixels[start + (y * width + x) * channels + channel]
                number += 1
              }
            }
            small.append(sum / max(1, number))
          }
        }
      }
    }
    return PictureArray(
      pixels: small, width: columns, height: rows, channels: channels, range: range)
  }
}
