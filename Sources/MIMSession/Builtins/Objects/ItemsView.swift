import MIMModels
import MIMScript
import MIMTensor

/// The first items as a terminal can show them: values under the names of their columns, or pictures made of characters.
struct ItemsView {
  private let split: DataSplit
  private let valueKind: ValueKind
  private let transform: DataTransform?
  private let pictureShape: Shape
  /// The names of the values of an item; nil where they have none.
  private let names: [String]?
  /// The format of values; nil shows all their digits.
  private let format: String?
  /// The names of the lines of a split's items; nil where they have none.
  private let lineNames: (DataSplit) -> LineNames?
  private let inOwnUnits: (DataSplit) -> HostArray<Float>
  /// How many items stand below the line about all of them.
  static let shown = 10
  /// Of how many values.
  private static let shownValues = 100

  init(_ items: ItemsObject) {
    (split, valueKind, transform) = (items.split, items.valueKind, items.transform)
    (pictureShape, format) = (items.pictureShape, nil)
    names = (try? items.source?.dataset.columnNames) ?? nil
    inOwnUnits = { items.replacing($0).inOwnUnits }
    lineNames = { items.replacing($0).lineNames }
  }

  /// What a decoder made.
  init(_ decoded: DecodedObject) {
    let items = decoded.items(decoded.shown, name: decoded.source)
    (split, valueKind, transform) = (items.split, items.valueKind, items.transform)
    (pictureShape, format, names) = (items.pictureShape, "%.5g", decoded.tableColumns)
    inOwnUnits = { decoded.inOwnUnits($0.items) }
    lineNames = { _ in nil }
  }

  func lines(width: Int) -> [String] {
    let count = min(split.count, Self.shown)
    guard count > 0 else { return [] }
    let first = split.selecting(Array(0..<count))
    let more = split.count > count ? ["\(split.count) items, \(count) shown"] : []
    if let pictures = pictures(first) {
      return pictures.rows(width: width, captions: (0..<count).map { caption(first, $0) })
    }
    guard first.itemShape.rank <= 1 else { return [] }
    var table = table(first)
    table.notes += more
    return table.text(width: width)
  }

  private func pictures(_ split: DataSplit) -> PictureArray? {
    (try? PictureArray(split.items, kind: valueKind, transform: transform, shape: pictureShape))
      .flatMap { $0 }
  }

  private func caption(_ split: DataSplit, _ item: Int) -> String {
    className(split, item) ?? "\(item + 1)"
  }

  private func className(_ split: DataSplit, _ item: Int) -> String? {
    guard let labels = split.labels, labels.indices.contains(item) else { return nil }
    let label = Int(labels[item])
    return split.classNames.flatMap { $0.indices.contains(label) ? $0[label] : nil } ?? "\(label)"
  }

  /// In the units of the data: scaling is undone.
  private func table(_ split: DataSplit) -> Table {
    let values = inOwnUnits(split).flattened
    let count = min(values.rowSize, Self.shownValues)
    let own = names?.count == values.rowSize ? names : nil
    let titles = own ?? (1...max(1, count)).map { "x\($0)" }
    var columns =
      [Table.Column("item", format: "%d")]
      + titles.prefix(count).map { Table.Column($0, format: format) }
    var rows = (0..<values.rowCount).map { row in
      [Value.number(Double(row + 1))]
        + values.row(row).prefix(count).map { .number($0.shortestDouble) }
    }
    if let lines = lineNames(split) {
      columns[0] = Table.Column(lines.column)
      for (row, name) in zip(rows.indices, lines.texts) { rows[row][0] = .string(name) }
    } else if let places = split.places, names != nil {
      columns[0] = Table.Column("row", format: "%d")
      for row in rows.indices { rows[row][0] = .number(Double(places[row]) + 1) }
    }
    if split.labels != nil {
      columns.append(Table.Column("class"))
      for row in rows.indices { rows[row].append(.string(className(split, row) ?? "")) }
    }
    let notes = count < values.rowSize ? ["the first \(count) of \(values.rowSize) values"] : []
    return Table(columns: columns, rows: rows, notes: notes)
  }
}

extension PictureArray {
  /// The pictures side by side, a character for each field of one by two pixels or more, from ` ` for black to `█` for white.
  fileprivate func rows(width: Int, captions: [String]) -> [String] {
    let scale = max(1, (self.width + 31) / 32)
    let (across, down) = (self.width / scale, max(1, height / (2 * scale)))
    guard across > 0, across <= width else { return [] }
    let perLine = max(1, (width + 2) / (across + 2))
    var lines: [String] = []
    for first in stride(from: 0, to: min(count, captions.count), by: perLine) {
      let block = first..<min(first + perLine, count, captions.count)
      lines.append(line(block.map { TextWidth.truncated(captions[$0], to: across) }, across))
      lines += (0..<down).map { row in
        line(
          block.map { picture in
            String((0..<across).map { shade(picture, row, $0, scale) })
          }, across)
      }
    }
    return lines
  }

  private func line(_ cells: [String], _ across: Int) -> String {
    let text = cells.map { TextWidth.padded($0, to: across) }.joined(separator: "  ")
    return String(text.reversed().drop { $0 == " " }.reversed())
  }

  private func shade(_ picture: Int, _ row: Int, _ column: Int, _ scale: Int) -> Character {
    let shades = Array(" ░▒▓█")
    var sum: Float = 0
    var count: Float = 0
    for y in row * 2 * scale..<min(height, (row + 1) * 2 * scale) {
      for x in column * scale..<(column + 1) * scale {
        for channel in 0..<channels {
          sum += pixels[((picture * height + y) * self.width + x) * channels + channel]
          count += 1
        }
      }
    }
    let extent = range.upperBound - range.lowerBound
    let light = extent > 0 && count > 0 ? (sum / count - range.lowerBound) / extent : 0
    guard light.isFinite else { return "?" }
    return shades[min(shades.count - 1, Int(max(0, light) * Float(shades.count)))]
  }
}
