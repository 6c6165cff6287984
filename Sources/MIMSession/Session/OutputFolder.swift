import Foundation
import MIMFormats
import MIMScript
import MIMTensor

/// The folder that a run writes into. It replaces only files that an earlier run wrote there, as
/// the `files` list of that folder's run.json says.
struct OutputFolder: Sendable {
  /// The folder's path, without a slash at its end.
  let path: String
  /// Names of files, relative to the folder, that may be replaced.
  private(set) var owned: Set<String>

  /// Names of files that were written, in sorted order.
  var files: [String] { owned.sorted() }

  /// Opens a folder and reads what an earlier run wrote there.
  init(path: String) {
    self.path = path
    owned = OutputFolder.owned(path + "/run.json")
  }

  /// A file's path.
  func path(of name: String) -> String { path + "/" + name }

  /// The name of a file inside the folder, nil for one elsewhere.
  func name(of file: String) -> String? {
    file.hasPrefix(path + "/") ? String(file.dropFirst(path.utf8.count + 1)) : nil
  }

  /// Whether a path, however it is written, is or lies under a file that the run itself writes.
  func isReserved(_ file: String) -> Bool {
    let file = URL(fileURLWithPath: file).standardizedFileURL
    let own = URL(fileURLWithPath: path).standardizedFileURL
    // With the links in folders followed, which works only for folders that are there.
    let real = file.deletingLastPathComponent().resolvingSymlinksInPath()
      .appendingPathComponent(file.lastPathComponent)
    return isReserved(file.pathComponents, in: own.pathComponents)
      || isReserved(real.pathComponents, in: own.resolvingSymlinksInPath().pathComponents)
  }

  private func isReserved(_ file: [String], in own: [String]) -> Bool {
    file.count > own.count && file.starts(with: own)
      && (ReportFiles.names + [ReportFiles.jupyterName]).contains(file[own.count])
  }

  /// Whether a file may be written: it is new, or an earlier run wrote it.
  func mayWrite(_ name: String) -> Bool {
    owned.contains(name) || !AtomicFile.exists(path(of: name))
  }

  /// Notes that a file is this run's.
  mutating func own(_ name: String) { owned.insert(name) }

  /// Forgets a file that is no longer there.
  mutating func disown(_ name: String) { owned.remove(name) }

  /// The `files` of a run.json, as far as it can be read: a list of quoted names, one a line.
  private static func owned(_ path: String) -> Set<String> {
    guard let json = RunRecord.read(path) else { return [] }
    return Set(json.files).union(["run.json"])
  }
}

extension AtomicFile {
  /// Replaces the file at `path`, unless it holds these bytes already.
  static func write(_ bytes: [UInt8], to path: String, unlessSame: Bool) throws {
    if unlessSame, let file = try? FileReader(path), file.size == bytes.count,
      let old = try? file.read(at: 0, count: file.size), old == bytes
    {
      return
    }
    try write(bytes, to: path)
  }
}
