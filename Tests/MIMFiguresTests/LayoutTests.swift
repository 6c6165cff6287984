import Foundation
import MIMFigures
import Testing

@Suite struct LayoutTests {
  /// Texts that reach out of the page or over one another.
  static func collisions(_ figure: Figure) throws -> [String] {
    let layout = try figure.layout()
    var found: [String] = []
    for (index, text) in layout.texts.enumerated() {
      if text.x < -0.5 || text.y < -0.5 || text.x + text.width > layout.width + 0.5
        || text.y + text.height > layout.height + 0.5
      {
        found.append("“\(text.text)” leaves the page")
      }
      for other in layout.texts[(index + 1)...]
      where text.x + 0.3 < other.x + other.width && other.x + 0.3 < text.x + text.width
        && text.y + 0.3 < other.y + other.height && other.y + 0.3 < text.y + text.height
      {
        found.append("“\(text.text)” meets “\(other.text)”")
      }
    }
    return found
  }

  @Test("no text meets another or leaves the page", arguments: Samples.all.map(\.name))
  func samples(name: String) throws {
    var figure = try #require(Samples.all.first { $0.name == name }).figure
    #expect(try Self.collisions(figure) == [])
    figure.width *= 0.75
    #expect(try Self.collisions(figure) == [])
    figure.width *= 2.5
    figure.font = 11
    #expect(try Self.collisions(figure) == [])
  }

  static let long = String(repeating: "A rather long name for what is shown ", count: 12)

  @Test("long titles wrap or end in an ellipsis", arguments: LegendPosition.allCases)
  func longTexts(legend: LegendPosition) throws {
    let names = (0..<12).map { "\(Self.long)\($0)" }
    let chart = LineChart(
      series: names.map { .init(name: $0, x: [1, 2, 3], y: [1e6, 3e6, 2e6]) },
      xAxis: Axis(Self.long), yAxis: Axis(Self.long), legend: legend)
    let scatter = Scatter(
      x: [1, 2, 3], y: [1, 2, 3], coloring: .classes([0, 5, 11], names: names), legend: legend,
      xAxis: Axis(Self.long), yAxis: Axis(Self.long))
    let figure = Figure(
      [Panel(.lines(chart), title: Self.long), Panel(.scatter(scatter), title: Self.long)],
      width: 6.75, title: Self.long)
    #expect(try Self.collisions(figure) == [])
  }

  @Test("many classes find a place in the legend", arguments: LegendPosition.allCases)
  func manyClasses(legend: LegendPosition) throws {
    for count in [9, 40, 300] {
      let points = Samples.embedding(classes: count, count: 2 * count)
      let names = (0..<count).map { "character \($0)" }
      let figure = Figure(
        Panel(
          .scatter(
            Scatter(
              x: points.x, y: points.y, coloring: .classes(points.labels, names: names),
              legend: legend, ticks: false))))
      #expect(try Self.collisions(figure) == [])
      let layout = try figure.layout()
      if legend != .none, count <= 40 {
        for name in names { #expect(layout.texts.contains { $0.text == name }) }
      }
    }
  }

  @Test("plot areas in a column of panels line up")
  func alignment() throws {
    let layout = try Samples.sweeps.layout()
    #expect(abs(layout.plots[0].x - layout.plots[2].x) < 1e-9)
    #expect(abs(layout.plots[0].width - layout.plots[2].width) < 1e-9)
    #expect(abs(layout.plots[0].y - layout.plots[1].y) < 1e-9)
    #expect(abs(layout.plots[0].height - layout.plots[1].height) < 1e-9)
  }

  @Test("ticks are round numbers, scientific where they are large or small")
  func tickLabels() throws {
    func labels(_ range: ClosedRange<Double>, _ scale: Axis.Scale = .linear) throws -> [String] {
      let axis = Axis(scale: scale, range: range)
      let chart = LineChart(series: [], xAxis: axis, yAxis: Axis(range: 7...7.1))
      let figure = Figure(Panel(.lines(chart)), width: 5)
      return try figure.layout().texts.map(\.text).filter { !$0.hasPrefix("7.") && $0 != "no data" }
    }
    #expect(try labels(0...1) == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(try labels(-3...3) == ["−3", "−2", "−1", "0", "1", "2", "3"])
    #expect(try labels(0...2.5e6).suffix(2) == ["2.0×10⁶", "2.5×10⁶"])
    #expect(try labels(0...2e-6).suffix(2) == ["1.5×10⁻⁶", "2.0×10⁻⁶"])
    #expect(try labels(1...1000, .log) == ["1", "10", "100", "1000"])
    #expect(try labels(1e-6...1e6, .log).contains("10⁻⁴"))
    #expect(try labels(1...8, .log) == ["1", "2", "5"])
  }
}
