import MIMScript

/// Finds the best number of each column, for bold type: one that is better than the next by more than the standard error of the
/// difference, among numbers that can be relied on.
struct BestMarking {
  /// A number that may be the best, with its standard error where it has one.
  struct Candidate {
    let value: Double
    let standardError: Double?
  }

  private var bold: [Table.Place] = []
  private var tied: [String] = []
  private var unreliable: [String] = []

  /// Looks at one column, or one line of columns.
  /// - Parameters:
  ///   - name: of the measure, which says whether smaller is better.
  ///   - numbers: nil where there is none.
  ///   - hasCaveats: whether any of them carries a caveat.
  ///   - place: of the number with an index.
  mutating func add(
    name: String, numbers: [Candidate?], hasCaveats: Bool, place: (Int) -> Table.Place?
  ) {
    let isSmaller = Table.smallerIsBetter(name)
    let found = numbers.enumerated().compactMap { index, number in
      number.flatMap { $0.value.isFinite ? (index: index, number: $0) : nil }
    }.sorted { isSmaller ? $0.number.value < $1.number.value : $0.number.value > $1.number.value }
    guard let best = found.first, found.count > 1 else { return }
    if hasCaveats {
      if !unreliable.contains(name) { unreliable.append(name) }
      return
    }
    let winners = found.filter { $0.number.value == best.number.value }
    if winners.count < found.count {
      let next = found[winners.count].number
      let errors = [best.number, next].compactMap(\.standardError).filter(\.isFinite)
      let error = errors.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard abs(best.number.value - next.value) > error else {
        if !tied.contains(name) { tied.append(name) }
        return
      }
    }
    bold += winners.compactMap { place($0.index) }
  }

  /// Sets the best in bold, and says below why some have none.
  func apply(to table: inout Table) {
    table.bold.formUnion(bold)
    if !tied.isEmpty {
      table.notes.append(
        "no best \(tied.joined(separator: ", ")): the next is within the standard error of the difference"
      )
    }
    if !unreliable.isEmpty {
      table.notes.append(
        "no best \(unreliable.joined(separator: ", ")): some values can't be relied on")
    }
  }
}

extension GroupedRows.Statistics {
  /// The mean as a candidate.
  var best: BestMarking.Candidate {
    BestMarking.Candidate(value: mean, standardError: count > 1 ? standardError : nil)
  }
}

extension Table {
  /// Whether any number of a column carries a caveat.
  func hasCaveats(of column: Int) -> Bool { !caveats(of: column, in: rows.indices).isEmpty }

  /// The best number of each column in bold.
  /// - Parameters:
  ///   - first: the column to begin with.
  ///   - others: columns in which nothing is the best.
  ///   - errors: the standard error of a cell, where it is known.
  func markingBest(
    from first: Int, leavingOut others: [String] = [],
    errors: (_ row: Int, _ column: String) -> Double? = { _, _ in nil }
  ) -> Table {
    var marking = BestMarking()
    for column in columns.indices.dropFirst(first) {
      let name = columns[column].name
      if others.contains(name) { continue }
      marking.add(
        name: name,
        numbers: rows.indices.map { row in
          rows[row][column].asNumber.map {
            BestMarking.Candidate(value: $0, standardError: errors(row, name))
          }
        }, hasCaveats: hasCaveats(of: column)
      ) { Table.Place(row: $0, column: column) }
    }
    var marked = self
    marking.apply(to: &marked)
    return marked
  }
}

extension HostCall {
  /// Says which numbers of columns that are drawn can't be relied on: a picture has no place for it.
  func warn(ofCaveatsIn table: Table, columns: [String]) {
    for name in columns {
      guard let column = table.index(of: name), let place = table.caveatColumn(of: column) else {
        continue
      }
      let drawn = table.rows.filter { $0[column].asNumber != nil }
      let count = drawn.count { !$0[place].isNone }
      guard count > 0 else { continue }
      let texts = table.caveats(of: column, in: table.rows.indices)
      let more = texts.count > 2 ? "; and \(texts.count - 2) more reasons" : ""
      host.message(
        "warning: \(count) of \(drawn.count) values of \(name) can't be relied on: "
          + texts.prefix(2).joined(separator: "; ") + more)
    }
  }
}
