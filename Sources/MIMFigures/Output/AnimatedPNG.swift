/// Animated PNG (APNG; W3C PNG, third edition, 11.3.6): frames that libpng has encoded, one after
/// the other in one file. A reader that knows only PNG shows the first.
enum AnimatedPNG {
  /// Joins PNG files of one size and kind of pixels; each is drawn over the one before.
  ///
  /// - Parameter delay: hundredths of a second that a frame stands.
  /// - Throws: ``FigureError/png(_:)`` for no frames, damaged ones, or frames of different kinds.
  static func join(_ frames: [[UInt8]], delay: UInt16) throws -> [UInt8] {
    guard let first = frames.first else { throw FigureError.png("an animation needs frames") }
    let head = try chunks(of: first)
    guard let header = head.first, header.kind == "IHDR", header.data.count == 13 else {
      throw FigureError.png("a frame has no header")
    }
    var bytes = Array(first.prefix(8))
    var sequence: UInt32 = 0
    append(header, to: &bytes)
    append(Chunk(kind: "acTL", data: big(UInt32(frames.count)) + big(UInt32(0))), to: &bytes)
    for chunk in head.dropFirst() where chunk.kind != "IDAT" && chunk.kind != "IEND" {
      append(chunk, to: &bytes)
    }
    for (index, frame) in frames.enumerated() {
      let parts = try index == 0 ? head : chunks(of: frame)
      guard parts.first?.data == header.data else {
        throw FigureError.png("frame \(index + 1) has a different size or type of pixels")
      }
      append(control(header, delay: delay, isFirst: index == 0, &sequence), to: &bytes)
      for part in parts where part.kind == "IDAT" {
        append(index == 0 ? part : numbered(part, &sequence), to: &bytes)
      }
    }
    append(Chunk(kind: "IEND", data: []), to: &bytes)
    return bytes
  }

  // MARK: Chunks

  private struct Chunk {
    let kind: String
    let data: [UInt8]
  }

  /// The chunks of a PNG in order.
  private static func chunks(of bytes: [UInt8]) throws -> [Chunk] {
    var chunks: [Chunk] = []
    var position = 8
    while position + 12 <= bytes.count {
      let count = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
      guard count <= bytes.count - position - 12 else { break }
      let kind = String(decoding: bytes[position + 4..<position + 8], as: UTF8.self)
      chunks.append(Chunk(kind: kind, data: Array(bytes[position + 8..<position + 8 + count])))
      position += 12 + count
    }
    guard chunks.last?.kind == "IEND" else { throw FigureError.png("a frame is damaged") }
    return chunks
  }

  /// `fcTL`: the whole picture, shown for `delay`; all but the first lie over what is shown.
  private static func control(
    _ header: Chunk, delay: UInt16, isFirst: Bool, _ sequence: inout UInt32
  ) -> Chunk {
    let size = Array(header.data.prefix(8))
    let offset = big(UInt32(0)) + big(UInt32(0))
    let time = [UInt8(delay >> 8), UInt8(delay & 255), 0, 100]
    defer { sequence += 1 }
    return Chunk(kind: "fcTL", data: big(sequence) + size + offset + time + [0, isFirst ? 0 : 1])
  }

  /// `fdAT`: pixel data of a later frame with its place in the sequence.
  private static func numbered(_ part: Chunk, _ sequence: inout UInt32) -> Chunk {
    defer { sequence += 1 }
    return Chunk(kind: "fdAT", data: big(sequence) + part.data)
  }

  private static func append(_ chunk: Chunk, to bytes: inout [UInt8]) {
    let body = Array(chunk.kind.utf8) + chunk.data
    bytes += big(UInt32(chunk.data.count)) + body + big(checksum(body))
  }

  private static func big(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  /// CRC-32 of a chunk (PNG, annex D).
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes { value = table[Int((value ^ UInt32(byte)) & 255)] ^ (value >> 8) }
    return value ^ 0xFFFF_FFFF
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in
      value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
    }
  }
}

extension Figure {
  /// The panels one after another as frames of an animation, each drawn as a figure of its own;
  /// smaller ones get white margins.
  ///
  /// - Throws: ``FigureError``.
  func renderAnimation(dpi: Double) throws -> [UInt8] {
    let drawn = try panels.map { panel in
      var frame = self
      frame.panels = [panel]
      frame.columns = 1
      frame.rows = nil
      frame.letters = false
      return try frame.renderPixels(dpi: dpi)
    }
    let width = drawn.map(\.width).max() ?? 0
    let height = drawn.map(\.height).max() ?? 0
    let whole = drawn.map { $0.onWhite(width: width, height: height) }
    // Axes and contours stand still: a frame that leaves them out takes half the bytes or less.
    let frames = try whole.enumerated().map { index, pixels in
      try PNGFile.encode(
        index == 0 ? pixels : pixels.changed(since: whole[index - 1]), dpi: dpi,
        recipe: index == 0 ? recipe : nil, keepsAlpha: whole.count > 1)
    }
    return try AnimatedPNG.join(frames, delay: Self.frameDelay)
  }

  /// Hundredths of a second that a frame stands.
  private static let frameDelay: UInt16 = 20
}

extension FigurePixels {
  /// The pixels, those that are as in `previous`, of the same size, fully transparent.
  fileprivate func changed(since previous: FigurePixels) -> FigurePixels {
    var changed = rgba
    for pixel in stride(from: 0, to: rgba.count, by: 4)
    where rgba[pixel..<pixel + 4] == previous.rgba[pixel..<pixel + 4] {
      for channel in pixel..<pixel + 4 { changed[channel] = 0 }
    }
    return FigurePixels(width: width, height: height, rgba: changed)
  }

  /// The pixels at the upper left of a white, opaque picture of that size, at least their own.
  fileprivate func onWhite(width: Int, height: Int) -> FigurePixels {
    var canvas = [UInt8](repeating: 255, count: 4 * width * height)
    for row in 0..<self.height {
      for column in 0..<self.width {
        let from = 4 * (row * self.width + column)
        let to = 4 * (row * width + column)
        let alpha = Int(rgba[from + 3])
        for channel in 0..<3 {
          let mixed = (Int(rgba[from + channel]) * alpha + 255 * (255 - alpha) + 127) / 255
          canvas[to + channel] = UInt8(mixed)
        }
      }
    }
    return FigurePixels(width: width, height: height, rgba: canvas)
  }
}
