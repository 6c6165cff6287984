/// Images in rows and columns.
struct ImagePanel: PanelDrawing {
  let grid: ImageGrid
  let notes: [String]
  private let count: Int
  private let columns: Int
  private let rows: Int

  /// `grid` has been checked: a whole number of images, positive sizes.
  init(_ grid: ImageGrid) {
    self.grid = grid
    count = grid.pixels.count / (grid.imageWidth * grid.imageHeight * grid.channels)
    let places = grid.arrangement == .pairs ? (count + 1) / 2 : count
    let wanted = grid.columns ?? Self.squareColumns(places, grid)
    columns = max(1, wanted)
    rows = max(1, (places + columns - 1) / columns) * (grid.arrangement == .pairs ? 2 : 1)
    let missing = grid.pixels.count { !$0.isFinite }
    notes =
      missing == 0
      ? [] : ["\(missing) of \(grid.pixels.count) pixel values magenta: not finite"]
  }

  /// Columns that make the grid about square; pairs go eight in a row.
  private static func squareColumns(_ places: Int, _ grid: ImageGrid) -> Int {
    if grid.arrangement == .pairs { return max(1, min(places, 8)) }
    let ratio = Double(grid.imageHeight) / Double(grid.imageWidth)
    let columns = (Double(places) * ratio).squareRoot().rounded(.up)
    return max(1, min(places, Int(columns)))
  }

  /// Width and height of the whole grid in units of an image's width.
  private var extent: Size {
    let tall = Double(grid.imageHeight) / Double(grid.imageWidth)
    let pairGaps = grid.arrangement == .pairs ? Double(rows / 2 - 1) * grid.padding : 0
    return Size(
      width: Double(columns) + Double(columns - 1) * grid.padding,
      height: Double(rows) * tall + Double(rows - 1) * grid.padding + pairGaps)
  }

  var aspect: Double? { extent.height / extent.width }
  var aligns: Bool { false }

  /// An image is never wider than an inch and a half: one digit needs no whole page.
  func preferredHeight(width: Double, _ type: Typesetter) -> Double {
    min(width / extent.width, 108) * extent.height
  }

  private func labels(_ type: Typesetter, limit: Double) -> [String] {
    grid.rowLabels.map { type.fitted($0, size: type.small, limit: limit) }
  }

  mutating func margins(around plot: Size, _ type: Typesetter) -> Margins {
    let widest = labels(type, limit: type.font * 9).map { type.width($0, size: type.small) }.max()
    return Margins(left: widest.map { $0 + type.font * 0.5 } ?? 0)
  }

  func draw(in plot: Rect, on canvas: Canvas, _ type: Typesetter) {
    guard count > 0 else { return drawNoData(in: plot, on: canvas, type) }
    canvas.layer(in: plot, dense: count > 400) { canvas in
      for index in 0..<count { draw(index, in: plot, on: canvas) }
    }
    drawLabels(in: plot, on: canvas, type)
  }

  /// Row and column of image `index`.
  private func place(_ index: Int) -> (row: Int, column: Int) {
    guard grid.arrangement == .pairs else { return (index / columns, index % columns) }
    let pair = index / 2
    return (pair / columns * 2 + index % 2, pair % columns)
  }

  private func tile(row: Int, column: Int, in plot: Rect) -> Rect {
    let unit = plot.width / extent.width
    let height = unit * Double(grid.imageHeight) / Double(grid.imageWidth)
    let pairGaps = grid.arrangement == .pairs ? Double(row / 2) * grid.padding * unit : 0
    return Rect(
      x: plot.x + Double(column) * unit * (1 + grid.padding),
      y: plot.y + Double(row) * (height + grid.padding * unit) + pairGaps,
      width: unit, height: height)
  }

  private func draw(_ index: Int, in plot: Rect, on canvas: Canvas) {
    let perImage = grid.imageWidth * grid.imageHeight
    let start = index * perImage * grid.channels
    let pixels = (0..<perImage).map { pixel(at: start + $0 * grid.channels) }
    let (row, column) = place(index)
    canvas.image(
      pixels, width: grid.imageWidth, height: grid.imageHeight,
      in: tile(row: row, column: column, in: plot))
  }

  private func pixel(at start: Int) -> UInt32 {
    let values = grid.pixels[start..<start + grid.channels]
    guard values.allSatisfy(\.isFinite) else { return Color.magenta.pixel }
    let lower = Double(grid.valueRange.lowerBound)
    let span = Double(grid.valueRange.upperBound) - lower
    let shares = values.map { value in
      let share = min(max((Double(value) - lower) / span, 0), 1)
      return grid.inverted ? 1 - share : share
    }
    let isGray = shares.count < 3
    return Color(
      red: shares[0], green: isGray ? shares[0] : shares[1], blue: isGray ? shares[0] : shares[2]
    ).pixel
  }

  private func drawLabels(in plot: Rect, on canvas: Canvas, _ type: Typesetter) {
    let labels = labels(type, limit: type.font * 9)
    guard !labels.isEmpty else { return }
    for row in 0..<rows {
      let tile = tile(row: row, column: 0, in: plot)
      guard grid.arrangement == .pairs || row < labels.count,
        tile.height >= type.small || row.isMultiple(of: 2)
      else { continue }
      canvas.text(
        labels[row % labels.count],
        at: Point(
          x: plot.x - type.font * 0.5, y: tile.centerY + Typesetter.halfCapital(type.small)),
        size: type.small, align: .right)
    }
  }
}
