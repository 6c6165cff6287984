import MIMScript

/// What a save means for the work: which cells are asked for anew, and whether a running statement goes on.
package struct WorkChange {
  let before: WorkKeys
  let after: WorkKeys

  /// Whether the cells do the same as before, so that only prose, captions or comments have changed.
  package var isSameWork: Bool { before == after }

  /// The cells whose work is another or new, by name.
  package var changedCells: [String] {
    after.cells.filter { before[$0.name] != $0.key }.map(\.name)
  }

  /// Whether a statement, counted from 0 in its cell, is still wanted as it is.
  package func goesOn(_ statement: Int, of cell: String) -> Bool {
    before.statement(statement, of: cell).map(after.asks(for:)) ?? false
  }
}

extension WorkChange {
  /// The plan for two texts of a notebook. Throws what is wrong with them.
  package init(
    _ before: String, _ after: String, options: RunOptions = RunOptions(),
    table: HostTable = builtinTable
  ) throws {
    func keys(_ text: String) throws -> WorkKeys {
      let loaded = try LoadedNotebook.read(
        Array(text.utf8), of: "note.mimnb", options: options, table: table)
      return WorkKeys(loaded, table: table, seed: options.seed)
    }
    self.init(before: try keys(before), after: try keys(after))
  }
}
