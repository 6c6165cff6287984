import Foundation
import MIMFigures
import Testing

@Suite struct EdgeTests {
  /// Renders in all formats and returns the notes.
  @discardableResult
  static func draw(_ content: PanelContent, width: Double = 3.4) throws -> [String] {
    let figure = Figure(Panel(content, title: "edge"), width: width)
    for format in FigureFormat.allCases { _ = try figure.render(format, dpi: 50) }
    #expect(try LayoutTests.collisions(figure) == [])
    return try figure.notes()
  }

  @Test("empty data draws axes that say so")
  func empty() throws {
    try Self.draw(.scatter(Scatter(x: [], y: [])))
    try Self.draw(.scatter(Scatter(x: [], y: [], coloring: .classes([], names: ["a"]))))
    try Self.draw(.scatter(Scatter(x: [], y: [], coloring: .values([], title: "v"))))
    try Self.draw(.lines(LineChart(series: [])))
    try Self.draw(.lines(LineChart(series: [.init(name: "a", x: [], y: [])])))
    try Self.draw(.histogram(Histogram(series: [])))
    try Self.draw(.histogram(Histogram(series: [.init(name: "a", values: [])])))
    try Self.draw(.images(ImageGrid(pixels: [], imageWidth: 28, imageHeight: 28)))
    try Self.draw(.latentView(LatentView()))
    let empty = Figure(Panel(.scatter(Scatter(x: [], y: []))))
    #expect(try empty.layout().texts.contains { $0.text == "no data" })
  }

  static let values: [[Double]] = [
    [3], [0], [5, 5, 5],
    [.leastNonzeroMagnitude, 4 * .leastNonzeroMagnitude], [1e300, -1e300], [1e15, 1e15 + 1],
    [-7, -7],
    [Double.greatestFiniteMagnitude, 1], [Double.nan, .infinity, -.infinity], [.nan, 1, 2],
    [0, 1e-12], [123_456_789, 123_456_790],
  ]

  @Test("one point, equal, huge, tiny and missing values all draw", arguments: values)
  func oddValues(values: [Double]) throws {
    let skipped = values.count { !$0.isFinite || abs($0) > 1e300 }
    let count = values.count
    for scale in Axis.Scale.allCases {
      let axis = Axis("a", scale: scale)
      let notes = try Self.draw(.scatter(Scatter(x: values, y: values, xAxis: axis, yAxis: axis)))
      if scale == .linear, skipped > 0 {
        #expect(notes == ["\(skipped) of \(count) points left out: not finite"])
      }
      try Self.draw(
        .lines(
          LineChart(
            series: [.init(name: "s", x: values, y: values, spread: values)],
            spreadMeaning: "sd", xAxis: axis, yAxis: axis)))
    }
    try Self.draw(.scatter(Scatter(x: values, y: values, equalAspect: true)))
    try Self.draw(.scatter(Scatter(x: values, y: values, coloring: .values(values, title: "v"))))
    try Self.draw(.histogram(Histogram(series: [.init(name: "h", values: values)])))
    try Self.draw(.heatMap(HeatMap(values: values, rows: 1, columns: count, cellValues: true)))
    try Self.draw(
      .latentView(
        LatentView(
          dataX: values, dataY: values, reconstructionX: values, reconstructionY: values,
          links: true,
          posteriors: values.map { .init(x: $0, y: $0, xDeviation: $0, yDeviation: $0) })))
  }

  @Test("fifty thousand points make a small file")
  func manyPoints() throws {
    let points = Samples.embedding(classes: 10, count: 50_000)
    let scatter = Scatter(
      x: points.x, y: points.y, coloring: .classes(points.labels, names: Samples.fashion))
    let bytes = try Figure(Panel(.scatter(scatter))).render(.pdf, dpi: 100)
    #expect(bytes.count < 500_000)
  }

  @Test("labels outside the class names are drawn gray, not dropped")
  func strayLabels() throws {
    let axis = Axis(range: 0...10)
    let content = PanelContent.scatter(
      Scatter(
        x: [2, 5, 8], y: [2, 5, 8], coloring: .classes([0, -1, 9], names: ["a"]), size: 6,
        xAxis: axis, yAxis: axis))
    try Self.draw(content)
    let figure = Figure(Panel(content), width: 3.4)
    let pixels = try figure.renderPixels(dpi: 300)
    let plot = try #require(try figure.layout().plots.first)
    let found = [2.0, 5, 8].map { place in
      pixels.color(
        x: plot.x + place / 10 * plot.width, y: plot.y + (1 - place / 10) * plot.height, dpi: 300)
    }
    #expect(found[0] == [0x00, 0x72, 0xB2])
    #expect(found[1] == found[2] && Set(found[1]).count == 1 && found[1] != [255, 255, 255])
  }

  @Test("any text can be a label")
  func unicode() throws {
    let text = "Ελληνικά кириллица σ²≤½ é e\u{301} \u{200F}عربي\t\n\u{0}x"
    let chart = LineChart(
      series: [.init(name: text, x: [1, 2], y: [1, 2])], xAxis: Axis(text), yAxis: Axis(text))
    #expect(try Self.draw(.lines(chart)).isEmpty)
    let missing = LineChart(series: [.init(name: "日本", x: [1], y: [1])])
    #expect(try Self.draw(.lines(missing)) == ["2 characters are not in the font DejaVu Sans"])
  }

  @Test("narrow and wide figures draw or say what is too small")
  func widths() throws {
    for width in [1.0, 1.5, 20, 60] {
      for name in ["pairs", "sweep", "heat", "toy", "histogram2"] {
        var figure = try #require(Samples.all.first { $0.name == name }).figure
        figure.width = width
        do {
          _ = try figure.render(.png, dpi: 30)
          #expect(try LayoutTests.collisions(figure) == [])
        } catch FigureError.noRoom { #expect(width < 2) }
      }
    }
  }

  @Test("what cannot be drawn is refused with a way out")
  func refusals() throws {
    func fails(_ figure: Figure, dpi: Double = 50, _ words: String) {
      #expect {
        _ = try figure.render(.png, dpi: dpi)
      } throws: { error in
        guard let error = error as? FigureError else { return false }
        return error.description.contains(words)
      }
    }
    let panel = Panel(.lines(LineChart(series: [])))
    fails(Figure([]), "no panels")
    for width in [0, -1, 0.1, 61, .infinity, .nan] { fails(Figure(panel, width: width), "width=") }
    for dpi in [0, 10, 1e9, .nan] { fails(Figure(panel), dpi: dpi, "dpi=") }
    fails(Figure([panel], font: 1), "font=")
    fails(Figure([panel], columns: 0), "cols=0")
    fails(Figure([panel], columns: -3), "cols=")
    fails(Figure([panel, panel, panel], columns: 1, rows: 2), "3 panels do not fit into 1 × 2")
    fails(Figure(panel, width: 60, height: 60), dpi: 2_400, "pixels exceeds the limit")
    fails(Figure([panel], width: 3.4, height: 0.5), "height=0.5")
    fails(Figure(Array(repeating: panel, count: 30), columns: 30), "panel 1 has no room")
    fails(Figure(Panel(.scatter(Scatter(x: [1], y: [])))), "1 values of x but 0 of y")
    func grid(_ grid: ImageGrid) -> Figure { Figure(Panel(.images(grid))) }
    fails(grid(ImageGrid(pixels: [1], imageWidth: 0, imageHeight: 1)), "image width=0")
    fails(grid(ImageGrid(pixels: [1], imageWidth: 1, imageHeight: 1, columns: 0)), "cols=0")
    fails(grid(ImageGrid(pixels: [1], imageWidth: 1, imageHeight: 1, channels: 2)), "not 2")
    fails(grid(ImageGrid(pixels: [1, 2, 3], imageWidth: 2, imageHeight: 1)), "whole number")
    fails(
      grid(ImageGrid(pixels: [1], imageWidth: 1, imageHeight: 1, arrangement: .pairs)), "paired")
    fails(
      grid(ImageGrid(pixels: [1], imageWidth: .max, imageHeight: .max)), "use 1 to 20000 pixels")
    fails(
      grid(ImageGrid(pixels: [1], imageWidth: 1, imageHeight: 1, valueRange: 1...1)), "range of")
    fails(Figure(Panel(.heatMap(HeatMap(values: [], rows: 0, columns: 3)))), "rows=0")
    fails(
      Figure(Panel(.lines(LineChart(series: [], xAxis: Axis(scale: .log, range: 0...1))))),
      "range of x")
    fails(Figure(Panel(.histogram(Histogram(series: [], bins: 0)))), "bins=0")
  }
}
