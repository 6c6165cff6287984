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
