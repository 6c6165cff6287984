/// The small picture before a legend entry.
enum Swatch {
  case marker(Marker, Color)
  case line(Color, dash: [Double], marker: Marker?)
  case box(fill: Color, line: Color)
  case ring(fill: Color?, line: Color, dash: [Double])
  case bar

  func width(_ type: Typesetter) -> Double {
    switch self {
    case .marker, .ring, .bar: type.font * 0.9
    case .box: type.font * 1.1
    case .line: type.font * 2.1
    }
  }

  func draw(in rect: Rect, on canvas: Canvas, _ type: Typesetter) {
    let center = Point(x: rect.centerX, y: rect.centerY)
    switch self {
    case .marker(let marker, let color):
      marker.draw(on: canvas, at: center, size: type.font * 0.62, color: color)
    case .line(let color, let dash, let marker):
      canvas.line(
        Point(x: rect.x, y: center.y), Point(x: rect.right, y: center.y), color,
        width: LineStyle.width(type), dash: dash)
      marker?.draw(on: canvas, at: center, size: LineStyle.markerSize(type), color: color)
    case .box(let fill, let line):
      let box = Rect(
        x: rect.x, y: center.y - type.font * 0.3, width: rect.width, height: type.font * 0.6)
      canvas.fill(box, fill)
      canvas.stroke(box, line, width: type.axisWidth)
    case .ring(let fill, let line, let dash):
      canvas.ellipse(
        center: center, radiusX: rect.width / 2, radiusY: type.font * 0.32, fill: fill, line: line,
        width: type.font * 0.09, dash: dash)
    case .bar:
      LineStyle.drawBar(
        on: canvas, x: center.x, from: center.y - type.font * 0.42,
        to: center.y + type.font * 0.42, .faint, type)
    }
  }
}

/// One line of a legend.
struct LegendEntry {
  var name: String
  var swatch: Swatch
}

/// What the marks of a panel mean.
struct Legend {
  var title: String?
  var entries: [LegendEntry]

  var isEmpty: Bool { entries.isEmpty }

  /// A legend whose place and columns are settled.
  struct Block {
    var title: String?
    var entries: [LegendEntry]
    var columns: Int
    var columnWidth: Double
    var size: Size
    /// Entries that found no place.
    var hidden: Int
  }

  private func rowHeight(_ type: Typesetter) -> Double { Typesetter.lineHeight(type.small) * 1.06 }

  private func entryWidth(_ entry: LegendEntry, _ type: Typesetter) -> Double {
    entry.swatch.width(type) + type.font * 0.45
      + type.width(Typesetter.cleaned(entry.name), size: type.small)
  }

  /// The legend in at most `limit`: as many columns as needed where `tall` is preferred, as many
  /// as fit otherwise; names that are too long end in an ellipsis.
  func block(limit: Size, tall: Bool, _ type: Typesetter) -> Block {
    let title = title.map { type.fitted($0, size: type.small, limit: limit.width, bold: true) }
    let titleHeight = title == nil ? 0 : rowHeight(type)
    let gap = type.font * 1.1
    let widest = entries.map { entryWidth($0, type) }.max() ?? 0
    let possibleRows = max(1, Int((limit.height - titleHeight) / rowHeight(type)))
    var columns = max(1, Int((limit.width + gap) / (min(widest, limit.width) + gap)))
    if tall { columns = min(columns, (entries.count + possibleRows - 1) / possibleRows) }
    columns = max(1, min(columns, entries.count))
    let rows = (entries.count + columns - 1) / columns
    columns = max(1, (entries.count + rows - 1) / rows)
    let columnWidth = min(widest, (limit.width + gap) / Double(columns) - gap)
    let shownRows = min(rows, possibleRows)
    let shown = Array(entries.prefix(shownRows * columns))
    let titleWidth = title.map { type.width($0, size: type.small, bold: true) } ?? 0
    let entriesWidth = Double(columns) * (columnWidth + gap) - gap
    return Block(
      title: title, entries: shown, columns: columns, columnWidth: columnWidth,
      size: Size(
        width: max(titleWidth, entriesWidth),
        height: titleHeight + Double(shownRows) * rowHeight(type)),
      hidden: entries.count - shown.count)
  }

  /// Draws `block` with its top left corner at `origin`.
  func draw(_ block: Block, at origin: Point, on canvas: Canvas, _ type: Typesetter) {
    var top = origin.y
    if let title = block.title {
      canvas.text(
        title, at: Point(x: origin.x, y: top + Typesetter.ascent(type.small)), size: type.small,
        bold: true)
      top += rowHeight(type)
    }
    let rows = (block.entries.count + block.columns - 1) / block.columns
    for (index, entry) in block.entries.enumerated() {
      let x = origin.x + Double(index / max(rows, 1)) * (block.columnWidth + type.font * 1.1)
      let y = top + Double(index % max(rows, 1)) * rowHeight(type)
      draw(entry, at: Point(x: x, y: y), width: block.columnWidth, on: canvas, type)
    }
  }

  private func draw(
    _ entry: LegendEntry, at origin: Point, width: Double, on canvas: Canvas, _ type: Typesetter
  ) {
    let swatchWidth = entry.swatch.width(type)
    let middle = origin.y + rowHeight(type) / 2
    entry.swatch.draw(
      in: Rect(
        x: origin.x, y: origin.y, width: swatchWidth, height: rowHeight(type)), on: canvas, type)
    let start = swatchWidth + type.font * 0.45
    let name = type.fitted(entry.name, size: type.small, limit: width - start + 0.01)
    canvas.text(
      name, at: Point(x: origin.x + start, y: middle + Typesetter.halfCapital(type.small)),
      size: type.small)
  }
}

/// Where the legend of a panel stands and the room it takes.
struct LegendPlacement {
  var legend: Legend
  var position: LegendPosition
  /// Set once no corner inside was free; it then stays above the plot area.
  private(set) var movedOutside = false

  init(_ legend: Legend, _ position: LegendPosition) {
    self.legend = legend
    self.position = legend.isEmpty ? .none : position
  }

  /// Whether the place depends on the marks of the plot.
  var avoidsMarks: Bool { place == .inside }

  private var place: LegendPosition { movedOutside ? .top : position }

  private func block(_ plot: Size, _ type: Typesetter) -> Legend.Block {
    switch place {
    case .right, .left:
      // A side legend may take as much width as keeps the plot area the larger part.
      let limit = Size(
        width: max(plot.width * 0.7, type.font * 4), height: max(plot.height, type.font * 2))
      return legend.block(limit: limit, tall: true, type)
    case .inside:
      let limit = Size(width: plot.width * 0.6, height: plot.height * 0.6)
      return legend.block(limit: limit, tall: true, type)
    case .top, .bottom, .none:
      let limit = Size(width: max(plot.width, type.font * 3), height: type.font * 60)
      return legend.block(limit: limit, tall: false, type)
    }
  }

  /// The room around the plot area; `marks` are the places on it that must stay visible.
  mutating func margins(around plot: Size, marks: [Point], _ type: Typesetter) -> Margins {
    if place == .inside, insideOrigin(in: plot, marks: marks, type) == nil { movedOutside = true }
    let size = block(plot, type).size
    switch place {
    case .right: return Margins(right: size.width + type.font * 0.9)
    case .left: return Margins(left: size.width + type.font * 0.9)
    case .top: return Margins(top: size.height + type.font * 0.5)
    case .bottom: return Margins(bottom: size.height + type.font * 0.5)
    case .inside, .none: return Margins()
    }
  }

  /// Number of entries that found no place.
  func hidden(in plot: Size, _ type: Typesetter) -> Int {
    place == .none ? 0 : block(plot, type).hidden
  }

  /// The first free place in a plot area at (0, 0), if any.
  private func insideOrigin(in plot: Size, marks: [Point], _ type: Typesetter) -> Point? {
    let block = block(plot, type)
    guard block.hidden == 0 else { return nil }
    let inset = type.font * 0.6
    let right = plot.width - block.size.width - inset
    let bottom = plot.height - block.size.height - inset
    let middle = (plot.width - block.size.width) / 2
    let half = (plot.height - block.size.height) / 2
    guard right >= inset, bottom >= inset else { return nil }
    let places = [
      Point(x: right, y: inset), Point(x: inset, y: inset), Point(x: right, y: bottom),
      Point(x: inset, y: bottom), Point(x: right, y: half), Point(x: inset, y: half),
      Point(x: middle, y: inset), Point(x: middle, y: bottom),
    ]
    return places.first { origin in
      let room = Rect(
        x: origin.x, y: origin.y, width: block.size.width, height: block.size.height
      ).inset(by: -type.font * 0.4)
      return !marks.contains(where: room.contains)
    }
  }

  /// Draws the legend beside `frame`, whose labels reach out by `decorations`.
  func draw(
    around frame: Rect, decorations: Margins, marks: [Point], on canvas: Canvas,
    _ type: Typesetter
  ) {
    guard place != .none else { return }
    let block = block(frame.size, type)
    let origin: Point
    switch place {
    case .right:
      origin = Point(x: frame.right + decorations.right + type.font * 0.9, y: frame.y)
    case .left:
      origin = Point(
        x: frame.x - decorations.left - type.font * 0.9 - block.size.width, y: frame.y)
    case .top:
      origin = Point(
        x: frame.x, y: frame.y - decorations.top - type.font * 0.4 - block.size.height)
    case .bottom:
      origin = Point(x: frame.x, y: frame.bottom + decorations.bottom + type.font * 0.4)
    case .inside, .none:
      let local =
        insideOrigin(in: frame.size, marks: marks, type)
        ?? Point(x: frame.width - block.size.width - type.font * 0.6, y: type.font * 0.6)
      origin = Point(x: frame.x + local.x, y: frame.y + local.y)
    }
    legend.draw(block, at: origin, on: canvas, type)
  }
}
