/// Where the legend of a panel stands and the room it takes.
struct LegendPlacement {
  let legend: Legend
  /// Where it was asked to stand, until there was no room for it.
  private var place: LegendPosition
  /// Columns of a legend at the side, settled when the panel is first measured.
  private var columns = 0
  /// The widest column of a legend at the side.
  private var columnLimit = 0.0

  init(_ legend: Legend, _ position: LegendPosition) {
    self.legend = legend
    place = legend.isEmpty ? .none : position
  }

  /// Whether the place depends on the marks of the plot.
  var avoidsMarks: Bool { place == .inside }

  private var isAtSide: Bool { place == .right || place == .left }

  /// A legend at the side gets as many columns as its height needs; where that would take half
  /// the width, it goes below the plot instead.
  private mutating func settle(_ plot: Size, _ type: Typesetter) {
    guard isAtSide, columns == 0 else { return }
    let room = plot.height * 0.8 - legend.titleHeight(type)
    let rows = max(1, Int(room / Legend.rowHeight(type)))
    columns = (legend.entries.count + rows - 1) / rows
    columnLimit = plot.width * 0.38
    let column = min(legend.widest(type), columnLimit) + Legend.columnGap(type)
    if Double(columns) * column > plot.width * 0.5 { place = .bottom }
  }

  /// How far a legend above or below a narrow plot reaches to the left, under the axis labels.
  private func overhang(_ plot: Size, _ decorations: Margins, _ type: Typesetter) -> Double {
    guard place == .top || place == .bottom, legend.widest(type) > plot.width else { return 0 }
    return decorations.left
  }

  private func block(_ plot: Size, _ type: Typesetter, overhang: Double = 0) -> Legend.Block {
    switch place {
    case .right, .left: legend.grid(columns: max(columns, 1), limit: columnLimit, type)
    case .inside: legend.grid(columns: 1, limit: plot.width, type)
    case .top, .bottom, .none: legend.flow(limit: max(plot.width + overhang, type.font * 3), type)
    }
  }

  /// Room for ticks, titles (`decorations`) and the legend; `marks` are the places on a plot
  /// area at (0, 0) that must stay visible.
  mutating func margins(
    around plot: Size, decorations: Margins, marks: [Point], _ type: Typesetter
  ) -> Margins {
    settle(plot, type)
    if place == .inside, insideOrigin(in: plot, marks: marks, type) == nil { place = .top }
    var margins = decorations
    guard place != .none else { return margins }
    let overhang = overhang(plot, decorations, type)
    let size = block(plot, type, overhang: overhang).size
    switch place {
    case .right: margins.right += size.width + type.font * 0.9
    case .left: margins.left += size.width + type.font * 0.9
    case .top: margins.top += size.height + type.font * 0.5
    case .bottom: margins.bottom += size.height + type.font * 0.5
    case .inside, .none: break
    }
    if isAtSide { margins.bottom = max(margins.bottom, size.height - plot.height) }
    return margins
  }

  /// The first place in a plot area at (0, 0) where the legend covers nothing, if any.
  private func insideOrigin(in plot: Size, marks: [Point], _ type: Typesetter) -> Point? {
    let size = block(plot, type).size
    let inset = type.font * 0.6
    guard size.width + 2 * inset <= plot.width, size.height + 2 * inset <= plot.height else {
      return nil
    }
    let right = plot.width - size.width - inset
    let bottom = plot.height - size.height - inset
    let across = [right, inset, (plot.width - size.width) / 2]
    let down = [inset, bottom, (plot.height - size.height) / 2]
    let places = [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 0), (2, 1), (2, 2)]
    return places.map { Point(x: across[$0.0], y: down[$0.1]) }.first { origin in
      let room = Rect(x: origin.x, y: origin.y, width: size.width, height: size.height)
        .inset(by: -type.font * 0.4)
      return !marks.contains(where: room.contains)
    }
  }

  /// Draws the legend beside `frame`, whose labels reach out by `decorations`.
  func draw(
    around frame: Rect, decorations: Margins, marks: [Point], on canvas: Canvas,
    _ type: Typesetter
  ) {
    guard place != .none else { return }
    let overhang = overhang(frame.size, decorations, type)
    let block = block(frame.size, type, overhang: overhang)
    let origin: Point
    switch place {
    case .right:
      origin = Point(x: frame.right + decorations.right + type.font * 0.9, y: frame.y)
    case .left:
      origin = Point(
        x: frame.x - decorations.left - type.font * 0.9 - block.size.width, y: frame.y)
    case .top:
      origin = Point(
        x: frame.x - overhang, y: frame.y - decorations.top - type.font * 0.4 - block.size.height)
    case .bottom:
      origin = Point(
        x: frame.x - overhang, y: frame.bottom + decorations.bottom + type.font * 0.4)
    case .inside, .none:
      let local =
        insideOrigin(in: frame.size, marks: marks, type)
        ?? Point(x: frame.width - block.size.width - type.font * 0.6, y: type.font * 0.6)
      origin = Point(x: frame.x + local.x, y: frame.y + local.y)
    }
    Legend.draw(block, at: origin, on: canvas, type)
  }
}
