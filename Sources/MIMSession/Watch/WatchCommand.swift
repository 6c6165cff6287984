import Foundation
import MIMScript

extension Commands {
  /// Watches a notebook or script until a stop is requested.
  /// - Parameters:
  ///   - ready: is called with the page before anything runs, and serves it; what it throws ends the command.
  package static func watch(
    _ path: String, options: RunOptions, table: HostTable = builtinTable,
    output: any SessionOutput, interruption: Interruption, ready: (LivePage) throws -> Void
  ) -> ExitCode {
    do {
      guard path != "-" else { throw Halt.usage("watch needs a file, not standard input") }
      let bytes = try FileText.bytes(path)
      try LoadedNotebook.requireNotebook(bytes, of: path)
      let folder = try outputFolders([path], options)[0]
      var options = options
      let temporary = NSTemporaryDirectory() + "/mim-repl-" + UUID().uuidString
      if options.cache == nil {
        try FileManager.default.createDirectory(
          atPath: temporary, withIntermediateDirectories: true,
          attributes: [.posixPermissions: 0o700])
        options.cache = ResultStore(path: temporary)
      }
      defer { try? FileManager.default.removeItem(atPath: temporary) }
      let lock = try WatchLock(folder, notebook: path, options)
      defer { withExtendedLifetime(lock) {} }
      let page = LivePage()
      let watch = NotebookWatch(
        path, bytes: bytes, options: options, folder: folder, table: table, output: output,
        page: page)
      try ready(page)
      lock.leaveNote(port: page.port)
      return watch.run(until: interruption)
    } catch let error as ScriptError where error.code == "E620" {
      return report(Halt(.usage, [error]), output)
    } catch {
      return report(error, output)
    }
  }
}
