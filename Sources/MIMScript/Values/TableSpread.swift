extension Table {
  /// As tables are shown: a number and its spread in one cell, `1.68 ± 0.22`, and no column for the spread alone.
  var displayed: Table {
    let spreads = columns.map { $0.spread.flatMap(index(of:)) }
    let hidden = Set(spreads.compactMap { $0 })
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
    return shown
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
