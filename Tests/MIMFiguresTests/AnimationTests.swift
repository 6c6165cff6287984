import CPNG
import Foundation
import MIMFigures
import Testing

@Suite("Animated PNG")
struct AnimationTests {
  private func figure(frames: Int) -> Figure {
    let panels = (0..<frames).map { frame in
      Panel(
        .lines(LineChart(series: [.init(name: "a", x: [0, 1, 2], y: [0, Double(frame), 2])])),
        title: "epoch \(frame + 1)")
    }
    return Figure(panels, width: 2, height: 1.5, recipe: "how it was made")
  }

  /// The kinds of a PNG's chunks, and their data.
  private func chunks(_ bytes: [UInt8]) -> [(kind: String, data: [UInt8])] {
    var chunks: [(String, [UInt8])] = []
    var position = 8
    while position + 12 <= bytes.count {
      let count = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
      let kind = String(decoding: bytes[position + 4..<position + 8], as: UTF8.self)
      chunks.append((kind, Array(bytes[position + 8..<position + 8 + count])))
      position += 12 + count
    }
    return chunks
  }

  @Test("each panel is a frame, numbered without gaps; the first is an ordinary PNG")
  func frames() throws {
    let animated = try figure(frames: 4).render(.apng, dpi: 60)
    let found = chunks(animated)
    let control = found.first { $0.kind == "acTL" }
    #expect(control?.data == [0, 0, 0, 4, 0, 0, 0, 0])
    #expect(found.filter { $0.kind == "fcTL" }.count == 4)
    let numbers = found.filter { ["fcTL", "fdAT"].contains($0.kind) }.map {
      $0.data.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }
    #expect(numbers == Array(0..<numbers.count))
    #expect(found.last?.kind == "IEND")
    #expect(try Figure.recipe(fromPNG: animated) == "how it was made")
    // Without the animation's chunks it is the first panel's own file.
    var plain = figure(frames: 1)
    plain.letters = false
    let single = chunks(try plain.render(.png, dpi: 60)).map(\.kind)
    #expect(found.map(\.kind).filter { !["acTL", "fcTL", "fdAT"].contains($0) } == single)
  }

  @Test("frames hold what changed, and drawn over each other they are the panels' own pictures")
  func blending() throws {
    let animated = try figure(frames: 3).render(.apng, dpi: 60)
    let frames = try frames(of: animated)
    #expect(frames.count == 3)
    var shown: [UInt8] = []
    for (frame, panel) in zip(frames, figure(frames: 3).panels) {
      var alone = figure(frames: 1)
      alone.panels = [panel]
      alone.letters = false
      shown = shown.isEmpty ? frame : over(shown, frame)
      #expect(shown == (try decoded(alone.render(.png, dpi: 60))))
    }
    let transparent = stride(from: 3, to: frames[1].count, by: 4).filter { frames[1][$0] == 0 }
    #expect(transparent.count > frames[1].count / 8)
  }

  /// Opaque pixels of `upper` in place of those of `lower`.
  private func over(_ lower: [UInt8], _ upper: [UInt8]) -> [UInt8] {
    lower.indices.map { upper[$0 / 4 * 4 + 3] == 255 ? upper[$0] : lower[$0] }
  }

  /// The RGBA pixels of each frame, decoded by libpng as a file of its own.
  private func frames(of bytes: [UInt8]) throws -> [[UInt8]] {
    let found = chunks(bytes)
    var data: [[UInt8]] = []
    for chunk in found {
      if chunk.kind == "fcTL" { data.append([]) }
      if chunk.kind == "IDAT" { data[data.count - 1] += chunk.data }
      if chunk.kind == "fdAT" { data[data.count - 1] += chunk.data.dropFirst(4) }
    }
    let header = try #require(found.first { $0.kind == "IHDR" })
    return try data.map {
      try decoded(
        Array(bytes.prefix(8)) + chunk("IHDR", header.data) + chunk("IDAT", $0)
          + chunk("IEND", []))
    }
  }

  private func chunk(_ kind: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(kind.utf8) + data
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in body {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? 0xEDB8_8320 ^ (sum >> 1) : sum >> 1 }
    }
    return big(UInt32(data.count)) + body + big(~sum)
  }

  private func big(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  private func decoded(_ bytes: [UInt8]) throws -> [UInt8] {
    var pixels: UnsafeMutablePointer<UInt8>?
    var header = cpng_header()
    var message = [CChar](repeating: 0, count: 256)
    let status = cpng_decode(
      bytes, bytes.count, 4, 1 << 24, &pixels, &header, &message, message.count)
    defer { cpng_free(pixels) }
    try #require(Int(status) == Int(CPNG_OK))
    let count = Int(header.width) * Int(header.height) * 4
    return Array(UnsafeBufferPointer(start: pixels, count: count))
  }

  @Test("libpng, which checks every chunk's sum, reads the first frame")
  func reading() throws {
    let animated = try figure(frames: 3).render(.apng, dpi: 60)
    var header = cpng_header()
    var message = [CChar](repeating: 0, count: 256)
    let status = cpng_read_header(animated, animated.count, &header, &message, message.count)
    #expect(Int(status) == Int(CPNG_OK))
    #expect(header.width == 120 && header.height == 90)
  }
}
