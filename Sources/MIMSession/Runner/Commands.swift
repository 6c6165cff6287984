import MIMScript

/// The subcommands of `mim-repl`, ready for a thin command line: each returns its exit code and
/// writes to the given output.
public enum Commands {
  /// Runs one notebook from top to bottom into its output folder. Many files: one process each.
  public static func run(
    _ path: String, options: RunOptions, table: HostTable = builtinTable,
    output: any SessionOutput, interruption: Interruption
  ) -> ExitCode { .ok }

  /// Parses a notebook or script and checks names, options and shapes; does no work.
  public static func check(
    _ path: String, table: HostTable = builtinTable, output: any SessionOutput
  ) -> ExitCode { .ok }

  /// Compares the engine with the reference numbers in a folder; prints a table.
  public static func verify(_ folder: String, output: any SessionOutput) -> ExitCode { .ok }
}
