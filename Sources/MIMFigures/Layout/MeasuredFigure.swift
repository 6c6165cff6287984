/// Where everything in a figure stands: panels measured, plot areas settled.
struct MeasuredFigure {
  /// Width and height of the page in points.
  private(set) var size: Size
  /// What the reader must know, panel by panel.
  private(set) var notes: [String] = []

  /// The faces that measured the text, to draw it too.
  var faces: FontFaces { type.faces }

  private let type: Typesetter
  private let figure: Figure
  private let columns: Int
  private let rows: Int
  private let cellWidth: Double
  private var cells: [Cell]
  private let titleLines: [String]

  /// A panel with its room.
  private struct Cell {
    var drawing: any PanelDrawing
    var header: Header
    var notes: [String] = []
    var margins = Margins()
    var x = 0.0
    var top = 0.0
    var plot = Rect(x: 0, y: 0, width: 0, height: 0)
  }

  /// Letter and title above a panel.
  private struct Header {
    var letter: String?
    var title: String?
    var lines: [String] = []
  }

  /// Lays out a figure that has passed ``Figure/check()``.
  ///
  /// - Throws: ``FigureError/noRoom(panel:width:)``, ``FigureError/outOfRange(option:value:allowed:unit:)``.
  init(_ figure: Figure) throws {
    let type = Typesetter(font: figure.font)
    self.type = type
    self.figure = figure
    (columns, rows) = figure.arrangement
    let pad = Self.pad(type)
    let width = figure.width * 72
    cellWidth = (width - 2 * pad - Self.columnGap(type) * Double(columns - 1)) / Double(columns)
    size = Size(width: width, height: 0)
    titleLines =
      figure.title.map {
        type.wrapped($0, size: type.font * 1.1, limit: width - 2 * pad, maximum: 3, bold: true)
      } ?? []
    let lettered = figure.letters ?? (figure.panels.count > 1)
    cells = figure.panels.enumerated().map { index, panel in
      let header = Header(letter: lettered ? Self.letter(index) : nil, title: panel.title)
      return Cell(drawing: Self.drawing(for: panel, type), header: header)
    }
    notes = Self.labelledNotes(cells.map { ($0.header.letter, $0.drawing.notes) })
    notes += Self.missingGlyphs(figure, type)
    try settle()
  }

  private static func drawing(for panel: Panel, _ type: Typesetter) -> any PanelDrawing {
    switch panel.content {
    case .images(let grid): ImagePanel(grid)
    case .scatter(let scatter): ScatterPanel(scatter)
    case .lines(let chart): LinePanel(chart, type)
    case .histogram(let histogram): HistogramPanel(histogram)
    case .heatMap(let map): HeatMapPanel(map)
    case .latentView(let view): LatentPanel(view)
    }
  }

  /// Says when characters have no glyph and are drawn as boxes.
  private static func missingGlyphs(_ figure: Figure, _ type: Typesetter) -> [String] {
    let texts = [figure.title].compactMap { $0 } + figure.panels.flatMap(\.texts)
    let missing = texts.reduce(0) { $0 + type.missingGlyphs(in: Typesetter.cleaned($1)) }
    return missing == 0 ? [] : ["\(missing) characters are not in the font DejaVu Sans"]
  }

  private static func labelledNotes(_ panels: [(String?, [String])]) -> [String] {
    panels.flatMap { letter, notes in
      notes.map { note in letter.map { "\($0) \(note)" } ?? note }
    }
  }

  private static func pad(_ type: Typesetter) -> Double { type.font * 0.3 }
  private static func columnGap(_ type: Typesetter) -> Double { type.font * 1.5 }
  private static func rowGap(_ type: Typesetter) -> Double { type.font * 1.4 }

  /// (a) … (z), (aa), (ab), …
  private static func letter(_ index: Int) -> String {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz")
    let last = String(alphabet[index % alphabet.count])
    return index < alphabet.count
      ? "(\(last))" : "(\(alphabet[index / alphabet.count - 1])\(last))"
  }

  // MARK: Measuring

  /// Plot widths follow from margins and margins from plot sizes: a few rounds settle both, and
  /// since margins only grow, the last round has room for all.
  private mutating func settle() throws {
    for _ in 0..<5 {
      alignMargins()
      for index in cells.indices {
        let width = cellWidth - cells[index].margins.left - cells[index].margins.right
        guard width >= type.font * 1.5 else {
          throw FigureError.noRoom(panel: index + 1, width: figure.width)
        }
        cells[index].plot.width = width
        wrapTexts(&cells[index], plotWidth: width)
      }
      let rowHeights = try heights()
      for index in cells.indices {
        cells[index].plot.height = rowHeights[index / columns]
        fitAspect(&cells[index])
        let measured = cells[index].drawing.margins(around: cells[index].plot.size, type)
        cells[index].margins = cells[index].margins.union(measured)
      }
    }
    place()
  }

  /// Plot areas with axes line up with those above and below them.
  private mutating func alignMargins() {
    for column in 0..<columns {
      let members = cells.indices.filter { $0 % columns == column && cells[$0].drawing.aligns }
      let left = members.map { cells[$0].margins.left }.max() ?? 0
      let right = members.map { cells[$0].margins.right }.max() ?? 0
      for index in members {
        cells[index].margins.left = left
        cells[index].margins.right = right
      }
    }
  }

  private func wrapTexts(_ cell: inout Cell, plotWidth: Double) {
    let room = cellWidth
    let letterWidth =
      cell.header.letter.map { type.width($0 + " ", size: type.font, bold: true) } ?? 0
    cell.header.lines =
      cell.header.title.map {
        type.wrapped($0, size: type.font, limit: max(room - letterWidth, type.font), maximum: 3)
      } ?? []
    if cell.header.lines.isEmpty, cell.header.letter != nil { cell.header.lines = [""] }
    cell.notes = cell.drawing.notes.flatMap {
      type.wrapped($0, size: type.tiny, limit: room - cell.margins.left, maximum: 3)
    }
  }

  private func headerHeight(_ cell: Cell) -> Double {
    cell.header.lines.isEmpty
      ? 0 : Double(cell.header.lines.count) * Typesetter.lineHeight(type.font) + type.font * 0.3
  }

  private func notesHeight(_ cell: Cell) -> Double {
    cell.notes.isEmpty
      ? 0 : Double(cell.notes.count) * Typesetter.lineHeight(type.tiny) + type.font * 0.2
  }

  private func members(of row: Int) -> ArraySlice<Cell> {
    cells[row * columns..<min((row + 1) * columns, cells.count)]
  }

  private func topMargin(_ row: Int) -> Double {
    members(of: row).map { headerHeight($0) + $0.margins.top }.max() ?? 0
  }

  private func bottomMargin(_ row: Int) -> Double {
    members(of: row).map { $0.margins.bottom + notesHeight($0) }.max() ?? 0
  }

  private var titleHeight: Double {
    titleLines.isEmpty
      ? 0 : Double(titleLines.count) * Typesetter.lineHeight(type.font * 1.1) + type.font * 0.5
  }

  /// Heights of the plot areas, row by row: what suits the panels, or what a fixed height leaves.
  private func heights() throws -> [Double] {
    let usedRows = (cells.count + columns - 1) / columns
    var heights = (0..<rows).map { row in row < usedRows ? preferredHeight(row) : 0 }
    guard let fixed = figure.height else { return heights }
    let around =
      (0..<usedRows).reduce(2 * Self.pad(type) + titleHeight) {
        $0 + topMargin($1) + bottomMargin($1)
      } + Self.rowGap(type) * Double(usedRows - 1)
    let room = fixed * 72 - around
    guard room >= type.font * 2 * Double(usedRows) else {
      throw FigureError.outOfRange(
        option: "height", value: fixed,
        allowed: ((around + type.font * 3 * Double(usedRows)) / 72 * 100).rounded(.up) / 100...60,
        unit: "inches for these panels")
    }
    let total = heights.reduce(0, +)
    heights = heights.map { $0 / max(total, 1e-9) * room }
    return heights
  }

  /// Panels with fixed proportions set the height of their row; the others follow them.
  private func preferredHeight(_ row: Int) -> Double {
    let fixed = members(of: row).filter { $0.drawing.aspect != nil }
    let deciding = fixed.isEmpty ? Array(members(of: row)) : fixed
    let height = deciding.map { $0.drawing.preferredHeight(width: $0.plot.width, type) }.max() ?? 0
    return max(height, type.font * 2)
  }

  private func fitAspect(_ cell: inout Cell) {
    guard let aspect = cell.drawing.aspect, aspect > 0 else { return }
    let width = min(cell.plot.width, cell.plot.height / aspect)
    cell.plot.width = width
    cell.plot.height = width * aspect
  }

  private mutating func place() {
    let pad = Self.pad(type)
    var top = pad + titleHeight
    let usedRows = (cells.count + columns - 1) / columns
    for row in 0..<usedRows {
      let plotTop = top + topMargin(row)
      for index in row * columns..<min((row + 1) * columns, cells.count) {
        let cellX =
          pad + Double(index % columns) * (cellWidth + Self.columnGap(type))
        let free =
          cellWidth - cells[index].margins.left - cells[index].margins.right
          - cells[index].plot.width
        cells[index].x = cellX
        cells[index].top = top
        cells[index].plot.x = cellX + cells[index].margins.left + max(free, 0) / 2
        cells[index].plot.y = plotTop
      }
      let extent = members(of: row).map {
        $0.plot.height + $0.margins.bottom + notesHeight($0)
      }
      top = plotTop + (extent.max() ?? 0) + Self.rowGap(type)
    }
    let height = top - Self.rowGap(type) + pad
    size.height = figure.height.map { $0 * 72 } ?? height
  }

  /// The plot areas, panel by panel, in points.
  var plots: [Rect] { cells.map(\.plot) }

  // MARK: Drawing

  /// Draws the whole page.
  func draw(on canvas: Canvas) {
    canvas.fill(Rect(x: 0, y: 0, width: size.width + 1, height: size.height + 1), .white)
    drawTitle(on: canvas)
    for cell in cells {
      drawHeader(cell, on: canvas)
      canvas.saved { cell.drawing.draw(in: cell.plot, on: canvas, type) }
      drawNotes(cell, on: canvas)
    }
  }

  private func drawTitle(on canvas: Canvas) {
    var y = Self.pad(type)
    let textSize = type.font * 1.1
    for line in titleLines {
      canvas.text(
        line, at: Point(x: size.width / 2, y: y + Typesetter.ascent(textSize)), size: textSize,
        bold: true, align: .center)
      y += Typesetter.lineHeight(textSize)
    }
  }

  private func drawHeader(_ cell: Cell, on canvas: Canvas) {
    guard !cell.header.lines.isEmpty else { return }
    let letterWidth =
      cell.header.letter.map { type.width($0 + " ", size: type.font, bold: true) } ?? 0
    let textWidth =
      letterWidth + (cell.header.lines.map { type.width($0, size: type.font) }.max() ?? 0)
    let x = min(cell.plot.x, max(cell.x + cellWidth - textWidth, cell.x))
    var y = cell.top + Typesetter.ascent(type.font)
    if let letter = cell.header.letter {
      canvas.text(letter, at: Point(x: x, y: y), size: type.font, bold: true)
    }
    for line in cell.header.lines {
      canvas.text(line, at: Point(x: x + letterWidth, y: y), size: type.font)
      y += Typesetter.lineHeight(type.font)
    }
  }

  private func drawNotes(_ cell: Cell, on canvas: Canvas) {
    var y = cell.plot.bottom + cell.margins.bottom + type.font * 0.2
    for note in cell.notes {
      canvas.text(
        note, at: Point(x: cell.x + cell.margins.left, y: y + Typesetter.ascent(type.tiny)),
        size: type.tiny, color: .faint)
      y += Typesetter.lineHeight(type.tiny)
    }
  }
}
