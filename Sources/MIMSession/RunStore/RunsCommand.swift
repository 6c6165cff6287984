import MIMScript

extension Commands {
  /// Formats of `mim-repl runs export`.
  public enum RunsFormat: String, Sendable, CaseIterable {
    case csv, json
  }

  /// Prints the rows that a run store holds: as a table for people, or for programs.
  public static func listRuns(
    _ path: String = SessionSettings.defaultRunStore, as format: RunsFormat? = nil, width: Int = 100
  ) throws -> String {
    let table = try runStore(path).fullTable
    switch format {
    case nil: return table.text(width: width).map { $0 + "\n" }.joined()
    case .csv: return table.csv()
    case .json: return table.json().text(pretty: true) + "\n"
    }
  }

  /// Prints everything that a store holds of one row, given the beginning of its key.
  public static func showRun(
    _ run: String, in path: String = SessionSettings.defaultRunStore, width: Int = 100
  ) throws -> String {
    do {
      return try RunDetails(run, in: RunDatabase.existing(path)).text(width: width)
    } catch let error as RunStoreError {
      throw error.scriptError()
    }
  }

  private static func runStore(_ path: String) throws -> StoredRuns {
    do {
      return try StoredRuns(in: RunDatabase.existing(path))
    } catch let error as RunStoreError {
      throw error.scriptError()
    }
  }
}
