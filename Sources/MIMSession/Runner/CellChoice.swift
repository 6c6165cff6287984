import MIMScript

/// Which cells a run is about: `--from`, `--only`, `--until`.
struct CellChoice {
  /// The first cell that may run, counted from 0: what those above did must be in the cache.
  let first: Int
  /// The last cell of the run.
  let last: Int

  /// Throws where there is no such cell, and for ends that contradict each other.
  init(_ options: RunOptions, _ cells: [NotebookCell]) throws {
    func place(_ name: String?, _ option: String) throws -> Int? {
      guard let name else { return nil }
      if let place = cells.firstIndex(where: { $0.name == name }) { return place }
      throw Halt.usage(
        "--\(option) names `\(name)`, and there is no such cell",
        label: Suggestions.label(for: name, in: cells.map(\.name)),
        notes: ["cells: " + cells.map(\.name).joined(separator: " ")])
    }
    let only = try place(options.only, "only")
    if only != nil, options.from != nil || options.until != nil {
      throw Halt.usage("--only cannot be used together with --from and --until")
    }
    first = try only ?? place(options.from, "from") ?? 0
    last = try only ?? place(options.until, "until") ?? cells.count - 1
    guard first <= last || cells.isEmpty else {
      throw Halt.usage("the cell of --until stands above that of --from")
    }
  }

  /// Whether results of cells above the first one are needed.
  var needsEarlier: Bool { first > 0 }

  /// Whether a cell is run or found.
  func runs(_ cell: Int) -> Bool { cell <= last }
}
