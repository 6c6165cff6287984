import Foundation

/// Data space over latent space.
struct LatentPanel: PanelDrawing {
  let view: LatentView
  let notes: [String]
  private let xArea: PlotArea
  private let zArea: PlotArea
  private let hasLower: Bool
  private let data: [Point]
  private let reconstructions: [Point]
  private let posteriors: [LatentView.Ellipse]

  init(_ view: LatentView) {
    self.view = view
    data = Self.finite(view.dataX, view.dataY)
    reconstructions = Self.finite(view.reconstructionX, view.reconstructionY)
    posteriors = Self.finite(view.posteriors)
    hasLower = !view.posteriors.isEmpty
    xArea = Self.dataArea(view, data, reconstructions)
    zArea = Self.latentArea(posteriors + Self.finite(view.series ?? []))
    var notes =
      omissionNote(view.dataX.count - data.count, of: view.dataX.count, "points", log: false)
      + omissionNote(
        view.reconstructionX.count - reconstructions.count, of: view.reconstructionX.count,
        "reconstructions", log: false)
      + omissionNote(
        view.posteriors.count - posteriors.count, of: view.posteriors.count, "posteriors",
        log: false)
    let xArea = xArea
    let outside = reconstructions.count { !Self.shows(xArea, $0.x, $0.y) }
    if outside > 0 {
      notes.append("\(outside) of \(view.reconstructionX.count) reconstructions outside the view")
    }
    let zArea = zArea
    let beyond = posteriors.count { !Self.shows(zArea, $0.x, $0.y) }
    if beyond > 0 {
      notes.append("\(beyond) of \(view.posteriors.count) posteriors outside the view")
    }
    self.notes = notes
  }

  private static func finite(_ xs: [Double], _ ys: [Double]) -> [Point] {
    zip(xs, ys).filter {
      AxisScale.accepts($0, log: false) && AxisScale.accepts($1, log: false)
    }.map { Point(x: $0, y: $1) }
  }

  private static func finite(_ ellipses: [LatentView.Ellipse]) -> [LatentView.Ellipse] {
    ellipses.filter { ellipse in
      [ellipse.x, ellipse.y, ellipse.xDeviation, ellipse.yDeviation].allSatisfy {
        AxisScale.accepts($0, log: false)
      }
    }
  }

  private static func shows(_ area: PlotArea, _ x: Double, _ y: Double) -> Bool {
    (0...1).contains(area.x.share(of: x)) && (0...1).contains(area.y.share(of: y))
  }

  /// The density's range; without a density the data's, so that a model whose reconstructions
  /// fly away doesn't shrink the rest to a dot.
  private static func dataArea(_ view: LatentView, _ data: [Point], _ reconstructions: [Point])
    -> PlotArea
  {
    let points = data.isEmpty ? reconstructions : data
    let xAxis = Axis(range: view.density?.xRange)
    let yAxis = Axis(range: view.density?.yRange)
    return PlotArea(
      frame: Rect(x: 0, y: 0, width: 1, height: 1),
      x: .fitting(points.map(\.x), axis: xAxis, share: 0.12),
      y: .fitting(points.map(\.y), axis: yAxis, share: 0.12))
  }

  /// The prior's circle and the posteriors; beyond five standard deviations of the prior only
  /// their inner 98 %.
  private static func latentArea(_ posteriors: [LatentView.Ellipse]) -> PlotArea {
    func scale(_ center: (LatentView.Ellipse) -> Double, _ radius: (LatentView.Ellipse) -> Double)
      -> AxisScale
    {
      let ends = posteriors.flatMap {
        [center($0) - abs(radius($0)), center($0) + abs(radius($0))]
      }.sorted()
      var lower = min(ends.first ?? 0, -1.2)
      var upper = max(ends.last ?? 0, 1.2)
      if lower < -5 { lower = min(ends[ends.count / 100], -1.2) }
      if upper > 5 { upper = max(ends[ends.count - 1 - ends.count / 100], 1.2) }
      return .fitting([lower, upper], axis: Axis(), share: 0.06)
    }
    return PlotArea(
      frame: Rect(x: 0, y: 0, width: 1, height: 1),
      x: scale({ $0.x }, { $0.xDeviation }), y: scale({ $0.y }, { $0.yDeviation }))
  }

  // MARK: Layout

  private var xAxes: (MeasuredAxis, MeasuredAxis) {
    (MeasuredAxis(title: "x₁"), MeasuredAxis(title: "x₂"))
  }
  private var zAxes: (MeasuredAxis, MeasuredAxis) {
    (MeasuredAxis(title: "z₁"), MeasuredAxis(title: "z₂"))
  }

  private func xLegend(_ type: Typesetter) -> Legend {
    var entries: [LegendEntry] = []
    if view.density != nil {
      entries.append(LegendEntry(name: "P(x)", swatch: .line(contour(2), dash: [], marker: nil)))
    }
    if !data.isEmpty { entries.append(LegendEntry(name: "x", swatch: .marker(.circle, dataColor))) }
    if !reconstructions.isEmpty {
      entries.append(
        LegendEntry(name: "reconstruction", swatch: .marker(.circle, .reconstruction)))
    }
    return Legend(title: nil, entries: view.legend ? entries : [])
  }

  private func zLegend(_ type: Typesetter) -> Legend {
    let entries = [
      LegendEntry(
        name: "q(z|x), 1 sd",
        swatch: .ring(fill: nil, line: .posterior, dash: [])),
      LegendEntry(
        name: "p(z), 1 sd", swatch: .ring(fill: nil, line: .black, dash: priorDash(type))),
    ]
    return Legend(title: nil, entries: view.legend ? entries : [])
  }

  private func priorDash(_ type: Typesetter) -> [Double] { [type.font * 0.3, type.font * 0.2] }

  private func legendHeight(_ legend: Legend, _ width: Double, _ type: Typesetter) -> Double {
    guard !legend.isEmpty else { return type.font * 0.6 }
    return legend.flow(limit: width, type).size.height + type.font * 0.5
  }

  /// From the bottom of the upper frame to the top of the lower one.
  private func between(_ width: Double, _ type: Typesetter) -> Double {
    xAxes.0.horizontalMargins(xArea.x, length: width, type).bottom + type.font * 0.8
      + legendHeight(zLegend(type), width, type)
  }

  func preferredHeight(width: Double, _ type: Typesetter) -> Double {
    let one = width * 0.86
    return hasLower ? 2 * one + between(width, type) : one
  }

  private func frames(_ plot: Rect, _ type: Typesetter) -> (upper: Rect, lower: Rect) {
    guard hasLower else { return (plot, plot) }
    let height = max((plot.height - between(plot.width, type)) / 2, 1)
    return (
      Rect(x: plot.x, y: plot.y, width: plot.width, height: height),
      Rect(x: plot.x, y: plot.bottom - height, width: plot.width, height: height)
    )
  }

  private func areas(_ plot: Rect, _ type: Typesetter) -> (x: PlotArea, z: PlotArea) {
    let (upper, lower) = frames(plot, type)
    return (
      PlotArea(frame: upper, x: xArea.x, y: xArea.y).withEqualUnits(),
      PlotArea(frame: lower, x: zArea.x, y: zArea.y).withEqualUnits()
    )
  }

  mutating func margins(around plot: Size, _ type: Typesetter) -> Margins {
    let areas = areas(Rect(x: 0, y: 0, width: plot.width, height: plot.height), type)
    var margins = axisMargins(areas.x, xAxes, type)
    if hasLower { margins = margins.union(axisMargins(areas.z, zAxes, type)) }
    margins.top = legendHeight(xLegend(type), plot.width, type)
    return margins
  }

  private func axisMargins(
    _ area: PlotArea, _ axes: (MeasuredAxis, MeasuredAxis), _ type: Typesetter
  )
    -> Margins
  {
    axes.0.horizontalMargins(area.x, length: area.frame.width, type).union(
      axes.1.verticalMargins(area.y, length: area.frame.height, type))
  }

  // MARK: Drawing

  /// So many points become pixels, and the contours go on top of them.
  private var isDense: Bool { data.count + reconstructions.count > 2_000 }

  private var dataColor: Color { Color(hex: 0x4C6A92) }

  private func contour(_ level: Int) -> Color {
    Color(hex: 0xBFC7D1).mixed(with: Color(hex: 0x3F4F63), Double(level) / 5)
  }

  func draw(in plot: Rect, on canvas: Canvas, _ type: Typesetter) {
    let areas = areas(plot, type)
    drawDataSpace(areas.x, on: canvas, type)
    drawLegend(xLegend(type), above: areas.x.frame, on: canvas, type)
    guard hasLower else { return }
    drawLatentSpace(areas.z, on: canvas, type)
    drawLegend(zLegend(type), above: areas.z.frame, on: canvas, type)
  }

  private func drawLegend(
    _ legend: Legend, above frame: Rect, on canvas: Canvas, _ type: Typesetter
  ) {
    guard !legend.isEmpty else { return }
    let block = legend.flow(limit: frame.width, type)
    let origin = Point(x: frame.x, y: frame.y - block.size.height - type.font * 0.3)
    Legend.draw(block, at: origin, on: canvas, type)
  }

  private func drawDataSpace(_ area: PlotArea, on canvas: Canvas, _ type: Typesetter) {
    if !isDense { drawContours(area, on: canvas, type) }
    canvas.layer(in: area.frame, dense: isDense) { canvas in
      canvas.saved {
        canvas.clip(area.frame)
        drawPoints(area, on: canvas, type)
      }
    }
    if isDense { drawContours(area, on: canvas, type) }
    drawAxes(
      area, horizontal: xAxes.0, vertical: xAxes.1, open: false, on: canvas, type)
    if data.isEmpty, reconstructions.isEmpty, view.density == nil {
      drawNoData(in: area.frame, on: canvas, type)
    }
  }

  /// Contours where a single Gaussian has its circles of 3, 2.5, … ½ standard deviations.
  private func drawContours(_ area: PlotArea, on canvas: Canvas, _ type: Typesetter) {
    guard let density = view.density,
      let highest = density.values.lazy.filter(\.isFinite).max(), highest > 0
    else { return }
    let contours = Contours(field: density)
    canvas.saved {
      canvas.clip(area.frame)
      for (index, deviations) in [3, 2.5, 2, 1.5, 1, 0.5].enumerated() {
        for line in contours.lines(at: highest * exp(-deviations * deviations / 2)) {
          canvas.polyline(
            line.map { area.place($0.x, $0.y) }, contour(index), width: type.font * 0.07)
        }
      }
    }
  }

  private func drawPoints(_ area: PlotArea, on canvas: Canvas, _ type: Typesetter) {
    let size = min(isDense ? type.font * 0.16 : type.font * 0.24, area.frame.width * 0.009)
    if view.links {
      for index in view.dataX.indices where index < view.reconstructionX.count {
        let ends = [
          view.dataX[index], view.dataY[index], view.reconstructionX[index],
          view.reconstructionY[index],
        ]
        guard ends.allSatisfy({ AxisScale.accepts($0, log: false) }) else { continue }
        canvas.line(
          area.place(ends[0], ends[1]), area.place(ends[2], ends[3]),
          Color.reconstruction.mixed(with: .white, 0.45), width: type.font * 0.05)
      }
    }
    for point in data {
      Marker.circle.draw(
        on: canvas, at: area.place(point.x, point.y), size: size, color: dataColor)
    }
    for point in reconstructions {
      Marker.circle.draw(
        on: canvas, at: area.place(point.x, point.y), size: size, color: .reconstruction)
    }
  }

  private func drawLatentSpace(_ area: PlotArea, on canvas: Canvas, _ type: Typesetter) {
    canvas.layer(in: area.frame, dense: posteriors.count > 1_000) { canvas in
      canvas.saved {
        canvas.clip(area.frame)
        for ellipse in posteriors { draw(ellipse, area, on: canvas, type) }
      }
    }
    let center = area.place(0, 0)
    canvas.saved {
      canvas.clip(area.frame)
      canvas.ellipse(
        center: center, radiusX: area.place(1, 0).x - center.x,
        radiusY: center.y - area.place(0, 1).y, line: .black, width: type.font * 0.1,
        dash: priorDash(type))
    }
    drawAxes(
      area, horizontal: zAxes.0, vertical: zAxes.1, open: false, on: canvas, type)
    if posteriors.isEmpty { drawNoData(in: area.frame, on: canvas, type) }
  }

  /// An ellipse too small to see becomes a dot.
  private func draw(
    _ ellipse: LatentView.Ellipse, _ area: PlotArea, on canvas: Canvas, _ type: Typesetter
  ) {
    guard Self.shows(area, ellipse.x, ellipse.y) else { return }
    let smallest = type.font * 0.04
    let perUnit = area.frame.width / (area.x.upper - area.x.lower)
    canvas.ellipse(
      center: area.place(ellipse.x, ellipse.y),
      radiusX: max(min(abs(ellipse.xDeviation) * perUnit, 20_000), smallest),
      radiusY: max(min(abs(ellipse.yDeviation) * perUnit, 20_000), smallest),
      line: Color.posterior.with(alpha: posteriors.count > 300 ? 0.55 : 0.85),
      width: type.font * 0.055)
  }
}
