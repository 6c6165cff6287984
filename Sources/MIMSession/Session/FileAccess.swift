import Foundation
import MIMFormats
import MIMModels
import MIMScript

/// The files that a notebook may read and write, however their paths are written: links are followed before a path is judged.
/// A notebook may come from a stranger. It reads the data folders, its own folder and what the command line names, and it writes into
/// its output folder.
public struct FileAccess: Sendable {
  /// Real paths; what lies below belongs to them.
  private let readable: [String]
  private let writable: [String]
  /// The data folders as they are named: what the user put there may be links.
  private let dataFolders: [String]
  /// The notebook's folder.
  private let own: String
  /// Whether missing data sets may be downloaded.
  let allowsFetching: Bool

  /// What the names of a run store and of the files beside it end in.
  static let storeEndings = ["", "-wal", "-shm", "-journal"]

  /// The access of work that runs on this thread before there is a session: the checks.
  @TaskLocal static var current: FileAccess?

  /// The access of a notebook with its output folder, under the options of the command line.
  init(notebook: String, folder: String, options: RunOptions) {
    own = notebook == "-" ? "." : AtomicFile.folder(of: notebook) ?? "."
    let data = DataEnvironment.process.searchFolders
    // A link at the output folder, or above it in the current one, may have come with the notebook; a folder that the command line
    // names is the user's word.
    let output =
      options.outputFolder == nil
      ? AtomicFile.realPath(of: ".").map { "\($0)/\(folder)" } : AtomicFile.realPath(of: folder)
    let store = NotebookRunner.runStore(folder, options)
    let named = options.parameters.compactMap { text in
      text.firstIndex(of: "=").map { String(text[text.index(after: $0)...]) }
    }
    func real(_ paths: [String]) -> [String] {
      paths.compactMap { AtomicFile.realPath(of: SessionContext.expandingHome($0)) }
    }
    // With the files that SQLite makes beside it; as they are named, so that a link in their place is none of them.
    let current = AtomicFile.realPath(of: ".") ?? ""
    let stores = Self.storeEndings.map {
      (store.hasPrefix("/") ? store : "\(current)/\(store)") + $0
    }
    writable = [output].compactMap { $0 } + real(options.allowWrite) + stores
    readable =
      writable + real([own] + data + options.allowRead + named.filter(AtomicFile.exists))
    dataFolders = data
    allowsFetching = options.allowFetch
  }

  /// Where a path leads that a notebook gives to read: into the notebook's folder if it is there, else from the current folder. So a notebook
  /// reads the same files wherever it is run from.
  func resolved(_ path: String) -> String {
    guard own != ".", !path.hasPrefix("/"), !path.hasPrefix("~") else { return path }
    let beside = "\(own)/\(path)"
    return AtomicFile.exists(beside) ? beside : path
  }

  /// Whether a file or folder may be read, with all that links in a folder lead to.
  func mayRead(_ path: String) -> Bool {
    var seen: Set<String> = []
    return isInside(path, readable) && linksStayInside(path, &seen)
  }

  /// Whether a file may be written.
  func mayWrite(_ path: String) -> Bool { isInside(path, writable) }

  /// Whether what was once read there may be used again.
  func mayUse(_ path: String) -> Bool {
    dataFolders.contains { path.hasPrefix($0 + "/") } || isInside(path, readable)
  }

  private func isInside(_ path: String, _ roots: [String]) -> Bool {
    guard let real = AtomicFile.realPath(of: path) else { return false }
    return roots.contains { real == $0 || real.hasPrefix($0 == "/" ? $0 : $0 + "/") }
  }

  private func linksStayInside(_ path: String, _ seen: inout Set<String>) -> Bool {
    guard AtomicFile.isFolder(path), let real = AtomicFile.realPath(of: path),
      seen.insert(real).inserted, let walk = FileManager.default.enumerator(atPath: path)
    else { return true }
    for case let name as String in walk {
      let inner = "\(path)/\(name)"
      var status = stat()
      guard lstat(inner, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { continue }
      guard isInside(inner, readable), linksStayInside(inner, &seen) else { return false }
    }
    return true
  }

  // MARK: Errors

  /// The error for a file that may not be read.
  static func readError(_ path: String, at span: Span?) -> ScriptError {
    ScriptError(
      "E550", "this notebook may not read `\(path)`", at: span,
      notes: [
        "a notebook reads its own folder, its output folder and the data folders, also where links lead",
        "if you trust it, add to the command: --allow-read \(quoted(path))",
      ])
  }

  /// The error for a file that may not be written.
  static func writeError(_ path: String, at span: Span?) -> ScriptError {
    ScriptError(
      "E550", "this notebook may not write `\(path)`", at: span,
      notes: [
        "a notebook writes into its output folder, and not to where links there lead",
        "if you trust it, add to the command: --allow-write \(quoted(AtomicFile.folder(of: path) ?? "."))",
      ])
  }

  /// The error for data that would have to be downloaded.
  static func fetchError(_ source: String, at span: Span?) -> ScriptError {
    ScriptError(
      "E550", "this notebook may not download `\(source)`", at: span,
      notes: ["if you want that, add to the command: --allow-fetch"])
  }

  /// A path as a shell takes it.
  private static func quoted(_ path: String) -> String {
    let marks = "/._-".unicodeScalars
    let plain = path.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || marks.contains($0))
    }
    return plain ? path : "'" + path.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
