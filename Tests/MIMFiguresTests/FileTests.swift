import CPNG
import Foundation
import MIMFigures
import Testing

@Suite struct FileTests {
  static let recipe =
    "title: “two” models — σ = ½ & <b>\nplot e color=label\n\u{1F600}"
    + String(repeating: "m = train m0 mnist epochs=50\n", count: 200)

  static func small(recipe: String? = nil) -> Figure {
    var figure = Samples.sweep
    figure.recipe = recipe
    return figure
  }

  @Test("a PNG gives its recipe back", arguments: [recipe, "", "x"])
  func recipeRoundTrip(recipe: String) throws {
    let bytes = try Self.small(recipe: recipe).render(.png, dpi: 72)
    #expect(try Figure.recipe(fromPNG: bytes) == recipe)
  }

  @Test("a PNG without a recipe gives none, and other bytes are refused")
  func noRecipe() throws {
    #expect(try Figure.recipe(fromPNG: Self.small().render(.png, dpi: 72)) == nil)
    #expect(throws: FigureError.self) { try Figure.recipe(fromPNG: []) }
    #expect(throws: FigureError.self) { try Figure.recipe(fromPNG: Array("GIF89a".utf8)) }
    let whole = try Self.small(recipe: "x").render(.png, dpi: 72)
    #expect(throws: FigureError.self) { try Figure.recipe(fromPNG: Array(whole.prefix(60))) }
  }

  @Test("the PNG's pixels are the rendered ones, and it says its resolution")
  func pngPixels() throws {
    let figure = Self.small()
    let bytes = try figure.render(.png, dpi: 150)
    let pixels = try figure.renderPixels(dpi: 150)
    var decoded: UnsafeMutablePointer<UInt8>?
    var header = cpng_header()
    let status = cpng_decode(bytes, bytes.count, 4, 10_000_000, &decoded, &header, nil, 0)
    defer { cpng_free(decoded) }
    #expect(Int(status) == Int(CPNG_OK))
    #expect(Int(header.width) == pixels.width && Int(header.height) == pixels.height)
    let start = try #require(decoded)
    #expect(Array(UnsafeBufferPointer(start: start, count: pixels.rgba.count)) == pixels.rgba)
    // 150 dots per inch are 5906 per metre.
    #expect(bytes.firstRange(of: Array("pHYs".utf8) + [0, 0, 0x17, 0x12]) != nil)
  }

  @Test("the same description gives the same bytes", arguments: FigureFormat.allCases)
  func determinism(format: FigureFormat) async throws {
    let figures = [
      Samples.paper, Samples.toy, Samples.heat, Samples.scatter(classes: 26, count: 99),
    ]
    let first = try figures.map { try $0.render(format, dpi: 72) }
    let again = try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
      for (index, figure) in figures.enumerated() {
        group.addTask { (index, try figure.render(format, dpi: 72)) }
      }
      return try await group.reduce(into: [Int: [UInt8]]()) { $0[$1.0] = $1.1 }
    }
    for (index, bytes) in first.enumerated() { #expect(again[index] == bytes) }
  }

  @Test("a PDF has its fonts inside, its recipe, and no clock")
  func pdf() throws {
    var figure = Samples.paper
    figure.recipe = "plot e"
    let bytes = try figure.render(.pdf)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.hasPrefix("%PDF-1.5"))
    #expect(text.contains("/FontFile2") && text.contains("DejaVuSans"))
    #expect(text.contains("/Subject (plot e)"))
    #expect(!text.contains("Date"))
  }

  @Test("an SVG carries its recipe as text and no clock")
  func svg() throws {
    let text = String(
      decoding: try Self.small(recipe: "a < b & c\u{1}").render(.svg), as: UTF8.self)
    #expect(text.contains("<metadata id=\"mim-recipe\">a &lt; b &amp; c\u{FFFD}</metadata>"))
    #expect(text.contains("viewBox=\"0 0 244.8"))
  }

  @Test("a dense scatter is an image inside the vector file and its axes are not")
  func denseLayer() throws {
    func svg(_ count: Int) throws -> String {
      let points = Samples.embedding(classes: 3, count: count)
      let scatter = Scatter(x: points.x, y: points.y, xAxis: Axis("t-SNE 1"))
      return String(
        decoding: try Figure(Panel(.scatter(scatter))).render(.svg, dpi: 100), as: UTF8.self)
    }
    let sparse = try svg(500)
    let dense = try svg(12_000)
    #expect(!sparse.contains("<image") && dense.contains("<image"))
    #expect(dense.contains("glyph") && dense.utf8.count < 400_000)
  }

  @Test("writing replaces whole files, makes folders and leaves nothing else behind")
  func writing() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "mim-figures-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "a/b/figure.png").path
    try Self.small(recipe: "one").write(to: path, dpi: 72)
    try Self.small(recipe: "two").write(to: path, dpi: 72)
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    #expect(try Figure.recipe(fromPNG: bytes) == "two")
    let parent = folder.appending(path: "a/b").path
    #expect(try FileManager.default.contentsOfDirectory(atPath: parent) == ["figure.png"])
    #expect(throws: FigureError.unknownFormat(path: "x.jpg")) {
      try Self.small().write(to: "x.jpg")
    }
    #expect(throws: FigureError.self) { try Self.small().write(to: path + "/below.png", dpi: 72) }
    #expect([UInt8](try Data(contentsOf: URL(filePath: path))) == bytes)
  }
}
