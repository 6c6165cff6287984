/// The small picture before a legend entry.
enum Swatch {
  case marker(Marker, Color)
  case line(Color, dash: [Double], marker: Marker?)
  case box(fill: Color, line: Color)
  case ring(fill: Color?, line: Color, dash: [Double])
  case bar
  case none

  func width(_ type: Typesetter) -> Double {
    switch self {
    case .marker, .ring, .bar: type.font * 0.9
    case .none: 0
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
    case .none: break
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

  /// More rows than this end in "+ n more".
  private static let mostRows = 40

  /// A legend with a place for every entry, from its top left corner.
  struct Block {
    var title: String?
    var items: [(entry: LegendEntry, origin: Point, width: Double)] = []
    var size: Size
  }

  static func rowHeight(_ type: Typesetter) -> Double { Typesetter.lineHeight(type.small) * 1.06 }

  static func columnGap(_ type: Typesetter) -> Double { type.font * 1.1 }

  /// Width of the widest entry.
  func widest(_ type: Typesetter) -> Double { entries.map { width(of: $0, type) }.max() ?? 0 }

  private func width(of entry: LegendEntry, _ type: Typesetter) -> Double {
    entry.swatch.width(type) + type.font * 0.45
      + type.width(Typesetter.cleaned(entry.name), size: type.small)
  }

  /// Height of the title line, if any.
  func titleHeight(_ type: Typesetter) -> Double { title == nil ? 0 : Self.rowHeight(type) }

  private func fittedTitle(_ limit: Double, _ type: Typesetter) -> String? {
    title.map { type.fitted($0, size: type.small, limit: limit, bold: true) }
  }

  private func limited(to count: Int, _ type: Typesetter) -> [LegendEntry] {
    guard entries.count > count else { return entries }
    let rest = LegendEntry(name: "+ \(entries.count - count + 1) more", swatch: .none)
    return entries.prefix(count - 1) + [rest]
  }

  /// Entries in `columns` columns of at most `limit` points each, top to bottom first.
  func grid(columns: Int, limit: Double, _ type: Typesetter) -> Block {
    let entries = limited(to: columns * Self.mostRows, type)
    let rows = max(1, (entries.count + columns - 1) / columns)
    let used = max(1, (entries.count + rows - 1) / rows)
    let columnWidth = min(widest(type), limit)
    let gap = Self.columnGap(type)
    let width = Double(used) * (columnWidth + gap) - gap
    let title = fittedTitle(max(width, limit), type)
    var block = Block(title: title, size: Size(width: width, height: 0))
    for (index, entry) in entries.enumerated() {
      let origin = Point(
        x: Double(index / rows) * (columnWidth + gap),
        y: titleHeight(type) + Double(index % rows) * Self.rowHeight(type))
      block.items.append((entry, origin, columnWidth))
    }
    block.size.width = max(width, title.map { type.width($0, size: type.small, bold: true) } ?? 0)
    block.size.height = titleHeight(type) + Double(rows) * Self.rowHeight(type)
    return block
  }

  /// Entries side by side in lines of at most `limit` points; many entries stand in columns.
  func flow(limit: Double, _ type: Typesetter) -> Block {
    let gap = Self.columnGap(type)
    if entries.count > 6 {
      let columns = max(1, Int((limit + gap) / (min(widest(type), limit) + gap)))
      return grid(columns: columns, limit: limit, type)
    }
    let title = fittedTitle(limit, type)
    var block = Block(title: title, size: Size(width: 0, height: 0))
    var origin = Point(x: 0, y: titleHeight(type))
    for entry in entries {
      let width = min(width(of: entry, type), limit)
      if origin.x > 0, origin.x + width > limit {
        origin = Point(x: 0, y: origin.y + Self.rowHeight(type))
      }
      block.items.append((entry, origin, width))
      block.size.width = max(block.size.width, origin.x + width)
      origin.x += width + gap
    }
    block.size.height = origin.y + Self.rowHeight(type)
    return block
  }

  /// Draws `block` with its top left corner at `corner`.
  static func draw(_ block: Block, at corner: Point, on canvas: Canvas, _ type: Typesetter) {
    if let title = block.title {
      canvas.text(
        title, at: Point(x: corner.x, y: corner.y + Typesetter.ascent(type.small)),
        size: type.small, bold: true)
    }
    for item in block.items {
      let origin = Point(x: corner.x + item.origin.x, y: corner.y + item.origin.y)
      draw(item.entry, at: origin, width: item.width, on: canvas, type)
    }
  }

  private static func draw(
    _ entry: LegendEntry, at origin: Point, width: Double, on canvas: Canvas, _ type: Typesetter
  ) {
    let swatchWidth = entry.swatch.width(type)
    let height = rowHeight(type)
    entry.swatch.draw(
      in: Rect(x: origin.x, y: origin.y, width: swatchWidth, height: height), on: canvas, type)
    let start = swatchWidth + type.font * 0.45
    let name = type.fitted(entry.name, size: type.small, limit: width - start + 0.01)
    canvas.text(
      name,
      at: Point(
        x: origin.x + start, y: origin.y + height / 2 + Typesetter.halfCapital(type.small)),
      size: type.small)
  }
}
