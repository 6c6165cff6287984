extension Table {
  /// As tables are shown: a number and its spread in one cell, `1.68 ± 0.22`, no column for the spread alone, and a mark where a
  /// caveat holds, `1.68†`, with the caveat below.
  var displayed: Table {
    let spreads = columns.map { $0.spread.flatMap(index(of:)) }
    let caveats = columns.indices.map(caveatColumn)
    let hidden = Set((spreads + caveats).compactMap { $0 })
    guard !hidden.isEmpty else { return self }
    let kept = columns.indices.filter { !hidden.contains($0) }
    var shown = self
    shown.columns = kept.map { columns[$0] }
    shown.rows = rows.map { row in
      kept.map { column in
        guard let place = spreads[column], case .number(let number) = row[column],
          case .number(let spread) = row[place]
        else { return row[column] }
        return .string(columns[column].text(of: number, spread: spread))
      }
    }
    shown.bold = Set(
      bold.compactMap { place in
        kept.firstIndex(of: place.column).map { Place(row: place.row, column: $0) }
      })
    shown.mark(kept.map { column in caveats[column].map { place in rows.map { $0[place] } } })
    return shown
  }

  /// Marks the cells that have a caveat, and adds the caveats to the notes, each once.
  /// - Parameter caveats: by column the texts of the rows, nil where it has none.
  private mutating func mark(_ caveats: [[Value]?]) {
    var known: [String: String] = [:]
    for (column, texts) in caveats.enumerated() {
      for (row, value) in (texts ?? []).enumerated() {
        guard case .string(let text) = value, !text.isEmpty else { continue }
        let line = "\(columns[column].name): \(text)"
        let mark = known[line] ?? Self.noteMark(known.count)
        if known[line] == nil {
          known[line] = mark
          notes.append("\(mark) \(line)")
        }
        marks[Place(row: row, column: column)] = mark
      }
    }
  }

  /// The mark of a note: †, ‡, §, ¶, then each of them twice, as in print.
  package static func noteMark(_ index: Int) -> String {
    let signs = ["†", "‡", "§", "¶"]
    return String(repeating: signs[index % signs.count], count: index / signs.count + 1)
  }
}

extension Table {
  /// The name of the column that says where the numbers of a column can't be relied on, and why: `mi_caveat` for `mi`. Shown as a
  /// mark and a note; a column of text in files.
  public static func caveatName(of column: String) -> String { "\(column)_caveat" }

  /// The place of the caveats of a column, nil where it has none. A column of that name that holds other than texts is somebody's own.
  public func caveatColumn(of column: Int) -> Int? {
    guard let place = index(of: Self.caveatName(of: columns[column].name)) else { return nil }
    let first = rows.lazy.map { $0[place] }.first { !$0.isNone }
    guard case .string? = first else { return first == nil ? place : nil }
    return place
  }

  /// The caveats of a column in some rows, each once.
  public func caveats(of column: Int, in chosen: some Sequence<Int>) -> [String] {
    guard let place = caveatColumn(of: column) else { return [] }
    var seen: Set<String> = []
    return chosen.flatMap { row -> [String] in
      guard case .string(let text) = rows[row][place], !text.isEmpty else { return [] }
      // One cell may have several, of which another has some.
      return text.split(separator: "; ").map(String.init).filter { seen.insert($0).inserted }
    }
  }
}

extension Table.Column {
  /// A number with its spread: two digits of the spread, and no more of the number than those allow.
  fileprivate func text(of number: Double, spread: Double) -> String {
    guard format == nil, spread.isFinite, spread > 0, abs(number) < 1e9, spread < 1e9,
      let decimals = Self.decimals(of: spread),
      let format = NumberFormat(printf: "%.\(decimals)f")
    else { return "\(text(of: number)) ± \(text(of: spread))" }
    return "\(format.string(number)) ± \(format.string(spread))"
  }

  /// The decimal place of the second digit, once rounded there: 3 for .0412, 2 for .0996, 0 for 412; nil beyond 12.
  private static func decimals(of spread: Double) -> Int? {
    let twoDigits = NumberFormat(printf: "%.1e")?.string(spread)
    guard let exponent = twoDigits?.split(separator: "e").last.flatMap({ Int($0) }) else {
      return nil
    }
    let decimals = max(0, 1 - exponent)
    return decimals <= 12 ? decimals : nil
  }
}
