extension Figure {
  /// Widths and heights that can be drawn, in inches.
  public static let sizeLimits: ClosedRange<Double> = 0.5...60
  /// Resolutions that can be drawn, in pixels per inch.
  public static let dpiLimits: ClosedRange<Double> = 20...2_400
  /// Text sizes that can be drawn, in points.
  public static let fontLimits: ClosedRange<Double> = 3...72
  /// Pixels a picture may have.
  public static let pixelLimit = 150_000_000

  /// Columns and rows of panels.
  var arrangement: (columns: Int, rows: Int) {
    let count = max(panels.count, 1)
    let columns = self.columns ?? rows.map { (count + $0 - 1) / $0 } ?? min(count, 3)
    return (columns, rows ?? (count + columns - 1) / columns)
  }

  /// Everything that can be known to be wrong before a line is drawn.
  ///
  /// - Throws: ``FigureError``.
  public func check() throws {
    guard !panels.isEmpty else { throw FigureError.noPanels }
    try Self.require(width, in: Self.sizeLimits, "width", "inches")
    if let height { try Self.require(height, in: Self.sizeLimits, "height", "inches") }
    try Self.require(font, in: Self.fontLimits, "font", "points")
    try Self.require(Double(panels.count), in: 1...200, "panels", "in one figure")
    if let columns { try Self.require(Double(columns), in: 1...200, "cols", "columns") }
    if let rows { try Self.require(Double(rows), in: 1...200, "rows", "rows") }
    let places = arrangement
    guard places.columns * places.rows >= panels.count else {
      throw FigureError.tooFewPlaces(
        panels: panels.count, columns: places.columns, rows: places.rows)
    }
    for (index, panel) in panels.enumerated() { try panel.check(number: index + 1) }
  }

  static func require(
    _ value: Double, in limits: ClosedRange<Double>, _ option: String, _ unit: String
  ) throws {
    guard limits.contains(value) else {
      throw FigureError.outOfRange(option: option, value: value, allowed: limits, unit: unit)
    }
  }
}

extension Panel {
  fileprivate func check(number: Int) throws {
    switch content {
    case .images(let grid): try grid.check(panel: number)
    case .scatter(let scatter): try scatter.check(panel: number)
    case .lines(let chart): try chart.check(panel: number)
    case .histogram(let histogram): try histogram.check(panel: number)
    case .heatMap(let map): try map.check(panel: number)
    case .latentView(let view): try view.check(panel: number)
    }
  }
}

/// Throws where two lists that belong together differ in length.
private func requireSame(
  _ panel: Int, _ first: String, _ firstCount: Int, _ second: String, _ secondCount: Int
) throws {
  guard firstCount == secondCount else {
    throw FigureError.differentCounts(
      panel: panel, first: first, firstCount: firstCount, second: second, secondCount: secondCount)
  }
}

/// Throws where something that counts is not positive.
private func requirePositive(_ panel: Int, _ option: String, _ value: Int) throws {
  guard value >= 1 else {
    throw FigureError.notPositive(panel: panel, option: option, value: value)
  }
}

/// Throws where a range has no extent, ends that are not finite, or zero on a log axis.
private func requireRange(
  _ panel: Int, _ option: String, _ range: ClosedRange<Double>?, log: Bool = false
) throws {
  guard let range else { return }
  let ends = [range.lowerBound, range.upperBound]
  let span = range.upperBound - range.lowerBound
  let size = max(abs(range.lowerBound), abs(range.upperBound))
  guard ends.allSatisfy({ AxisScale.accepts($0, log: log) }), span > max(size * 1e-12, 1e-290)
  else { throw FigureError.badRange(panel: panel, option: option) }
}

extension Axis {
  fileprivate func check(panel: Int, _ name: String) throws {
    try requireRange(panel, name, range, log: scale == .log)
  }
}

extension ImageGrid {
  fileprivate func check(panel: Int) throws {
    try requirePositive(panel, "image width", imageWidth)
    try requirePositive(panel, "image height", imageHeight)
    if let columns { try requirePositive(panel, "cols", columns) }
    guard channels == 1 || channels == 3 else {
      throw FigureError.channels(panel: panel, value: channels)
    }
    for (option, side) in [("image width", imageWidth), ("image height", imageHeight)] {
      try Figure.require(Double(side), in: 1...20_000, option, "pixels")
    }
    try Figure.require(Double(columns ?? 1), in: 1...2_000, "cols", "images")
    try Figure.require(padding, in: 0...10, "padding", "image widths")
    let perImage = imageWidth * imageHeight * channels
    guard pixels.count.isMultiple(of: perImage) else {
      throw FigureError.partialImage(panel: panel, values: pixels.count, perImage: perImage)
    }
    let count = pixels.count / perImage
    try Figure.require(Double(count), in: 0...20_000, "images", "in one grid")
    if arrangement == .pairs, !count.isMultiple(of: 2) {
      throw FigureError.oddPairs(panel: panel, images: count)
    }
    try requireRange(
      panel, "pixel values",
      Double(valueRange.lowerBound)...Double(valueRange.upperBound))
  }
}

extension Scatter {
  fileprivate func check(panel: Int) throws {
    try requireSame(panel, "x", x.count, "y", y.count)
    switch coloring {
    case .single: break
    case .classes(let labels, _): try requireSame(panel, "x", x.count, "labels", labels.count)
    case .values(let values, _, let range):
      try requireSame(panel, "x", x.count, "colour values", values.count)
      try requireRange(panel, "colour values", range)
    }
    if let size { try Figure.require(size, in: 0.1...100, "size", "points") }
    try xAxis.check(panel: panel, "x")
    try yAxis.check(panel: panel, "y")
  }
}

extension LineChart {
  fileprivate func check(panel: Int) throws {
    for line in series {
      try requireSame(panel, "x", line.x.count, "y (\(line.name))", line.y.count)
      if let spread = line.spread {
        try requireSame(panel, "y (\(line.name))", line.y.count, "error bars", spread.count)
      }
    }
    try xAxis.check(panel: panel, "x")
    try yAxis.check(panel: panel, "y")
  }
}

extension Histogram {
  fileprivate func check(panel: Int) throws {
    if let bins { try Figure.require(Double(bins), in: 1...10_000, "bins", "bins") }
    try requireRange(panel, "x", xAxis.range)
    try requireRange(panel, "y", yAxis.range)
    if xAxis.scale == .log || yAxis.scale == .log {
      throw FigureError.linearOnly(panel: panel, kind: "histogram")
    }
  }
}

extension HeatMap {
  fileprivate func check(panel: Int) throws {
    try requirePositive(panel, "rows", rows)
    try requirePositive(panel, "columns", columns)
    for (option, side) in [("rows", rows), ("columns", columns)] {
      try Figure.require(Double(side), in: 1...20_000, option, "cells")
    }
    try requireSame(panel, "cells", rows * columns, "values", values.count)
    if !columnLabels.isEmpty {
      try requireSame(panel, "columns", columns, "column labels", columnLabels.count)
    }
    if !rowLabels.isEmpty {
      try requireSame(panel, "rows", rows, "row labels", rowLabels.count)
    }
    try requireRange(panel, "values", valueRange)
    try requireRange(panel, "x", xAxis.range)
    try requireRange(panel, "y", yAxis.range)
    if xAxis.scale == .log || yAxis.scale == .log {
      throw FigureError.linearOnly(panel: panel, kind: "heat map")
    }
  }
}

extension LatentView {
  fileprivate func check(panel: Int) throws {
    try requireSame(panel, "data x₁", dataX.count, "data x₂", dataY.count)
    try requireSame(
      panel, "reconstruction x₁", reconstructionX.count, "reconstruction x₂",
      reconstructionY.count)
    if links {
      try requireSame(panel, "data", dataX.count, "reconstructions", reconstructionX.count)
    }
    guard let density else { return }
    try Figure.require(Double(density.columns), in: 2...4_000, "density columns", "columns")
    try Figure.require(Double(density.rows), in: 2...4_000, "density rows", "rows")
    try requireSame(
      panel, "density places", density.columns * density.rows, "densities",
      density.values.count)
    try requireRange(panel, "x₁", density.xRange)
    try requireRange(panel, "x₂", density.yRange)
  }
}
