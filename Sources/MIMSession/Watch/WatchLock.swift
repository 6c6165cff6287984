import Foundation
import MIMFormats
import MIMScript

/// Keeps an output folder to one watcher, for as long as the value lives: a second one would do all work again, and write over the
/// first one's report. The system lifts the lock when the process dies.
final class WatchLock {
  private let lock: FileLock?

  /// Throws a `Halt` that tells of the watcher that has the folder.
  init(_ folder: String, notebook: String, _ options: RunOptions) throws {
    let access = FileAccess(notebook: notebook, folder: folder, options: options)
    // What stands against writing there, the run tells.
    guard access.mayWrite(folder), (try? AtomicFile.makeFolder(folder)) != nil else {
      lock = nil
      return
    }
    let file = folder + "/watch"
    lock = FileLock.take(file)
    guard lock == nil else { return }
    let owner = FileLock.note(on: file).flatMap(Self.owner)
    throw Halt.usage(
      "another `mim-repl watch` writes into `\(folder)`\(owner.map { ": \($0)" } ?? "")",
      notes: [
        "its terminal shows the whole address; end it there with Ctrl-C, or choose another folder with -o"
      ])
  }

  /// Tells others who has the folder. The address itself is a secret.
  func leaveNote(port: UInt16?) {
    let place = port.map { " \($0)" } ?? ""
    lock?.leave(note: "\(ProcessInfo.processInfo.processIdentifier)\(place)")
  }

  /// The words for a note; nil for what is none.
  private static func owner(_ note: String) -> String? {
    let parts = note.split(separator: " ")
    guard let process = parts.first.flatMap({ Int32($0) }), process > 0, parts.count <= 2 else {
      return nil
    }
    let port = parts.count == 2 ? UInt16(parts[1]) : nil
    return "process \(process)" + (port.map { ", at http://127.0.0.1:\($0)/…" } ?? "")
  }
}
