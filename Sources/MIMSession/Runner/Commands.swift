import Foundation
import MIMScript

/// The subcommands of `mim-repl`, ready for a thin command line: each returns its exit code and
/// writes to the given output.
public enum Commands {
  /// Runs notebooks from top to bottom, each in a fresh session and into its own output folder.
  /// The largest exit code is returned; an interruption skips the remaining notebooks.
  public static func run(
    _ paths: [String], options: RunOptions, table: HostTable = builtinTable,
    output: any SessionOutput, interruption: Interruption
  ) -> ExitCode {
    var worst = ExitCode.ok
    do {
      // JSON numbers and `seed=` both hold seeds up to this exactly.
      if let seed = options.seed, seed > UInt64(Int32.max) {
        throw Halt.usage("--seed takes a whole number from 0 to \(Int32.max), not \(seed)")
      }
      let folders = try outputFolders(paths, options)
      for (path, folder) in zip(paths, folders) {
        let code = run(
          path, into: folder, options: options, table: table, output: output,
          interruption: interruption)
        worst = worst.worse(code)
        try options.ranks.agree(on: interruption)
        if interruption.isRequested { break }
      }
    } catch {
      worst = report(error, output)
    }
    return worst
  }

  /// Runs one notebook or script.
  public static func run(
    _ path: String, options: RunOptions, table: HostTable = builtinTable,
    output: any SessionOutput, interruption: Interruption
  ) -> ExitCode {
    run([path], options: options, table: table, output: output, interruption: interruption)
  }

  /// Parses a notebook or script and checks names, options and shapes; does no work.
  public static func check(
    _ path: String, table: HostTable = builtinTable, output: any SessionOutput
  ) -> ExitCode {
    do {
      let options = RunOptions()
      let access = FileAccess(
        notebook: path, folder: "out/\(FileText.stem(path))", options: options)
      _ = try FileAccess.$current.withValue(access) {
        try LoadedNotebook.load(path, options: options, table: table)
      }
      output.message("\(FileText.name(path)): no mistakes found")
      return .ok
    } catch {
      return report(error, output)
    }
  }

  /// Compares the engine with the reference numbers in a folder; prints a table.
  public static func verify(_ folder: String, output: any SessionOutput) -> ExitCode {
    do {
      return try ReferenceCheck(folder: folder).run(output)
    } catch {
      return report(error, output)
    }
  }

  // MARK: Parts

  private static func run(
    _ path: String, into folder: String, options: RunOptions, table: HostTable,
    output: any SessionOutput, interruption: Interruption
  ) -> ExitCode {
    do {
      let loaded = try options.ranks.together {
        try FileAccess.$current.withValue(
          FileAccess(notebook: path, folder: folder, options: options)
        ) { try LoadedNotebook.load(path, options: options, table: table) }
      }
      // The run may replace the file that it is compared with.
      let other = try options.comparison.map { try RunComparison(reading: $0) }
      let runner = try NotebookRunner(
        loaded, options: options, folder: folder, table: table, output: output,
        interruption: interruption)
      var code = try runner.run()
      if options.plan { return code }
      if FileManager.default.fileExists(atPath: "\(folder)/figures") {
        output.message("figures: \(folder)/figures/")
      }
      output.message("report: \(folder)/report.html")
      if let other, options.ranks.isLeading {
        code = code.worse(
          try other.compare("\(folder)/run.json", tolerance: options.tolerance, output))
      }
      return code
    } catch {
      return report(error, output)
    }
  }

  /// Where each notebook's files go; two of the same name cannot share a folder.
  static func outputFolders(_ paths: [String], _ options: RunOptions) throws -> [String] {
    var folders: [String] = []
    for path in paths {
      let name = FileText.stem(path)
      var folder = options.outputFolder ?? "out/\(name)"
      if options.outputFolder != nil, paths.count > 1 { folder += "/\(name)" }
      while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
      guard !folders.contains(folder) else {
        throw Halt.usage(
          "two notebooks are called `\(name)`, and both would write to `\(folder)`",
          notes: ["run them one by one with -o"])
      }
      folders.append(folder)
    }
    return folders
  }

  static func report(_ error: any Error, _ output: any SessionOutput) -> ExitCode {
    let halt =
      error as? Halt
      ?? Halt(.failure, [error as? ScriptError ?? ScriptError("E990", "\(error)")])
    for error in halt.errors { output.failure(error, text: Diagnostics.render(error)) }
    return halt.code
  }
}
