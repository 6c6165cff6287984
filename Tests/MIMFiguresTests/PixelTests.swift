import Foundation
import MIMFigures
import Testing

extension FigurePixels {
  /// Red, green and blue at a place in points.
  func color(x: Double, y: Double, dpi: Double) -> [UInt8] {
    let column = min(max(Int(x / 72 * dpi), 0), width - 1)
    let row = min(max(Int(y / 72 * dpi), 0), height - 1)
    let start = 4 * (row * width + column)
    return Array(rgba[start..<start + 3])
  }

  /// Number of pixels of exactly this colour.
  func count(_ color: [UInt8]) -> Int {
    stride(from: 0, to: rgba.count, by: 4).count { Array(rgba[$0..<$0 + 3]) == color }
  }
}

@Suite struct PixelTests {
  @Test("every pixel of every image in a grid keeps its exact value")
  func gridValues() throws {
    var random = TestRandom(seed: 1)
    let values = (0..<6 * 4 * 3).map { _ in Float(random.next() % 256) / 255 }
    let figure = Figure(
      Panel(.images(ImageGrid(pixels: values, imageWidth: 4, imageHeight: 3, columns: 3))))
    let pixels = try figure.renderPixels(dpi: 200)
    let plot = try #require(try figure.layout().plots.first)
    let unit = plot.width / (3 + 2 * 0.08)
    for index in values.indices {
      let (image, place) = (index / 12, index % 12)
      let x = plot.x + unit * (Double(image % 3) * 1.08 + (Double(place % 4) + 0.5) / 4)
      let y =
        plot.y + Double(image / 3) * unit * (0.75 + 0.08) + unit * (Double(place / 4) + 0.5) / 4
      let expected = UInt8((values[index] * 255).rounded())
      #expect(pixels.color(x: x, y: y, dpi: 200) == [expected, expected, expected])
    }
  }

  @Test("values outside the range are clamped and NaN is magenta and counted")
  func gridRange() throws {
    let figure = Figure(
      Panel(
        .images(
          ImageGrid(
            pixels: [-5, 5, .nan, 0.5], imageWidth: 1, imageHeight: 1, columns: 4, padding: 0,
            valueRange: -1...1))))
    let pixels = try figure.renderPixels(dpi: 100)
    let plot = try #require(try figure.layout().plots.first)
    let colors = (0..<4).map {
      pixels.color(
        x: plot.x + (Double($0) + 0.5) * plot.width / 4, y: plot.y + plot.height / 2, dpi: 100)
    }
    #expect(colors == [[0, 0, 0], [255, 255, 255], [255, 0, 255], [191, 191, 191]])
    #expect(try figure.notes() == ["1 of 4 pixel values magenta: not finite"])
  }

  @Test("pairs stand with the reconstruction under its original")
  func pairOrder() throws {
    let figure = Figure(
      Panel(
        .images(
          ImageGrid(
            pixels: [0, 1 / 255, 10 / 255, 11 / 255, 20 / 255, 21 / 255], imageWidth: 1,
            imageHeight: 1, columns: 2, padding: 0, arrangement: .pairs))))
    let pixels = try figure.renderPixels(dpi: 100)
    let plot = try #require(try figure.layout().plots.first)
    func gray(_ row: Int, _ column: Int) -> UInt8 {
      pixels.color(
        x: plot.x + (Double(column) + 0.5) * plot.width / 2,
        y: plot.y + (Double(row) + 0.5) * plot.height / 4, dpi: 100)[0]
    }
    #expect([gray(0, 0), gray(1, 0), gray(0, 1), gray(1, 1)] == [0, 1, 10, 11])
    #expect([gray(2, 0), gray(3, 0), gray(2, 1)] == [20, 21, 255])
  }

  @Test("a point has its class colour at its data coordinates")
  func scatterColors() throws {
    let axis = Axis(range: 0...10)
    let figure = Figure(
      Panel(
        .scatter(
          Scatter(
            x: [2, 7.5], y: [3, 8], coloring: .classes([0, 1], names: ["a", "b"]), size: 6,
            xAxis: axis, yAxis: axis))))
    let pixels = try figure.renderPixels(dpi: 300)
    let plot = try #require(try figure.layout().plots.first)
    func color(_ x: Double, _ y: Double) -> [UInt8] {
      pixels.color(
        x: plot.x + x / 10 * plot.width, y: plot.y + (1 - y / 10) * plot.height, dpi: 300)
    }
    #expect(color(2, 3) == [0x00, 0x72, 0xB2])
    #expect(color(7.5, 8) == [0xD5, 0x5E, 0x00])
    #expect(color(5, 5) == [255, 255, 255])
  }

  @Test("equal aspect makes a unit equally long on both axes")
  func equalAspect() throws {
    let scatter = Scatter(
      x: [0, 1, 0, 1], y: [0, 0, 1, 1], size: 2, equalAspect: true, ticks: false)
    let pixels = try Figure(Panel(.scatter(scatter)), width: 4, height: 2).renderPixels(dpi: 100)
    let blue: [UInt8] = [0x00, 0x72, 0xB2]
    var columns: [Int] = []
    var rows: [Int] = []
    for row in 0..<pixels.height {
      for column in 0..<pixels.width {
        let start = 4 * (row * pixels.width + column)
        guard Array(pixels.rgba[start..<start + 3]) == blue else { continue }
        columns.append(column)
        rows.append(row)
      }
    }
    let across = try #require(columns.max()) - #require(columns.min())
    let down = try #require(rows.max()) - #require(rows.min())
    #expect(abs(across - down) <= 1)
  }

  @Test("an error bar is as long as it says, and one seed shows none")
  func errorBars() throws {
    func chart(_ spread: Double) -> Figure {
      Figure(
        Panel(
          .lines(
            LineChart(
              series: [.init(name: "", x: [5], y: [5], spread: [spread])],
              spreadMeaning: "mean ± sd, n = 10", xAxis: Axis(range: 0...10),
              yAxis: Axis(range: 0...10), legend: .top))))
    }
    let figure = chart(3)
    let pixels = try figure.renderPixels(dpi: 300)
    let plot = try #require(try figure.layout().plots.first)
    func color(_ y: Double, _ pixels: FigurePixels) -> [UInt8] {
      pixels.color(x: plot.x + plot.width / 2, y: plot.y + (1 - y / 10) * plot.height, dpi: 300)
    }
    for y in [2.1, 3.5, 6.5, 7.9] { #expect(color(y, pixels) == [0x00, 0x72, 0xB2]) }
    for y in [1.5, 8.5] { #expect(color(y, pixels) == [255, 255, 255]) }
    #expect(try figure.layout().texts.contains { $0.text == "mean ± sd, n = 10" })
    let single = chart(.nan)
    #expect(try !single.layout().texts.contains { $0.text == "mean ± sd, n = 10" })
    #expect(try single.notes().isEmpty)
  }

  @Test("histogram bars are as high as the counts")
  func histogramHeights() throws {
    let figure = Figure(
      Panel(
        .histogram(
          Histogram(
            series: [.init(name: "", values: [0.5, 1.5, 1.6, 1.7, 2.0])], bins: 2,
            xAxis: Axis(range: 0...2), yAxis: Axis(range: 0...5)))))
    let pixels = try figure.renderPixels(dpi: 200)
    let plot = try #require(try figure.layout().plots.first)
    func filled(_ x: Double, _ y: Double) -> Bool {
      pixels.color(
        x: plot.x + x / 2 * plot.width, y: plot.y + (1 - y / 5) * plot.height, dpi: 200)
        != [255, 255, 255]
    }
    #expect(filled(0.5, 0.9) && !filled(0.5, 1.1))
    #expect(filled(1.5, 3.9) && !filled(1.5, 4.1))
  }

  @Test("heat map cells have the colours of the map's ends and rows run upwards")
  func heatMapCells() throws {
    let map = HeatMap(values: [0, 1, .nan, 0.5], rows: 2, columns: 2, valueRange: 0...1)
    let figure = Figure(Panel(.heatMap(map)))
    let pixels = try figure.renderPixels(dpi: 100)
    let plot = try #require(try figure.layout().plots.first)
    func color(_ column: Int, _ rowFromTop: Int) -> [UInt8] {
      pixels.color(
        x: plot.x + (Double(column) + 0.5) * plot.width / 2,
        y: plot.y + (Double(rowFromTop) + 0.5) * plot.height / 2, dpi: 100)
    }
    #expect(color(0, 1) == [0x44, 0x01, 0x54])
    #expect(color(1, 1) == [0xFD, 0xE7, 0x25])
    #expect(color(0, 0) == [0xD9, 0xD9, 0xD9])
  }

  @Test("a cell of a heat map shows its number, however large, within its borders")
  func largeNumbers() throws {
    let figure = Figure(
      Panel(
        .heatMap(
          HeatMap(
            values: [-2.414e11, -6e109, -9.6e17, 0], rows: 2, columns: 2, valueRange: -1...1,
            cellValues: true))
      ))
    let pixels = try figure.renderPixels(dpi: 200)
    let plot = try #require(try figure.layout().plots.first)
    for (column, row) in [(0, 0), (0, 1), (1, 1)] {
      let colors = stride(from: 0.02, to: 0.98, by: 0.005).map { part in
        pixels.color(
          x: plot.x + (Double(column) + part) * plot.width / 2,
          y: plot.y + (Double(row) + 0.5) * plot.height / 2, dpi: 200)
      }
      let own = colors[0]
      let middle = colors[colors.count / 4..<colors.count * 3 / 4]
      #expect(middle.contains { $0 != own }, "no number in \(column), \(row)")
      #expect(
        colors.prefix(20).allSatisfy { $0 == own } && colors.suffix(20).allSatisfy { $0 == own })
    }
  }

  @Test("the prior's circle and an ellipse stand where they belong")
  func latentView() throws {
    let view = LatentView(
      dataX: [0], dataY: [0], reconstructionX: [0.5], reconstructionY: [0.5],
      posteriors: [.init(x: 0, y: 0, xDeviation: 0.5, yDeviation: 0.25)], legend: false)
    let pixels = try Figure(Panel(.latentView(view))).renderPixels(dpi: 300)
    #expect(pixels.count([0xD6, 0x27, 0x28]) > 10)
    var green: [(column: Int, row: Int)] = []
    for row in 0..<pixels.height {
      for column in 0..<pixels.width {
        let start = 4 * (row * pixels.width + column)
        let pixel = pixels.rgba[start..<start + 3].map(Int.init)
        if pixel[1] - pixel[0] > 60, pixel[1] - pixel[2] > 20 { green.append((column, row)) }
      }
    }
    let columns = green.map(\.column)
    let rows = green.map(\.row)
    let across = try Double(#require(columns.max()) - #require(columns.min()))
    let down = try Double(#require(rows.max()) - #require(rows.min()))
    #expect(abs(across / down - 2) < 0.06)
  }

  @Test("the picture has exactly the width in inches times the resolution")
  func exactSize() throws {
    let figure = Figure(Panel(.lines(LineChart(series: []))), width: 3.4, height: 2.5)
    let pixels = try figure.renderPixels(dpi: 300)
    #expect(pixels.width == 1_020 && pixels.height == 750)
    #expect(pixels.rgba.count == 4 * 1_020 * 750)
  }
}
