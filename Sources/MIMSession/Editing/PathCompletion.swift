import Foundation
import Synchronization

/// File names that continue what was typed. The disk is asked on another thread and given up after
/// a moment: a hanging network folder must not hang the prompt or the editor.
package enum PathCompletion {
  private static let patience = DispatchTimeInterval.milliseconds(200)
  private static let most = 500

  /// Continuations of `prefix`, whole paths as the user writes them; folders end in `/`.
  package static func candidates(for prefix: String) -> [String] {
    let found = Found()
    let isDone = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      let names = list(prefix)
      found.paths.withLock { $0 = names }
      isDone.signal()
    }
    guard isDone.wait(timeout: .now() + patience) == .success else { return [] }
    return found.paths.withLock { $0 }
  }

  private final class Found: Sendable {
    let paths = Mutex<[String]>([])
  }

  private static func list(_ prefix: String) -> [String] {
    let slash = prefix.lastIndex(of: "/")
    let folder = slash.map { String(prefix[...$0]) } ?? ""
    let start = slash.map { String(prefix[prefix.index(after: $0)...]) } ?? prefix
    let onDisk = folder.isEmpty ? "." : (folder as NSString).expandingTildeInPath
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: onDisk) else {
      return []
    }
    let fitting = names.filter {
      $0.hasPrefix(start) && (start.hasPrefix(".") || !$0.hasPrefix("."))
    }
    return fitting.sorted().prefix(most).map { name in
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: onDisk + "/" + name, isDirectory: &isFolder)
      return folder + name + (isFolder.boolValue ? "/" : "")
    }
  }
}
