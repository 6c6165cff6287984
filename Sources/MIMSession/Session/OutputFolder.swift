import Foundation
import MIMFormats
import MIMScript
import MIMTensor

/// The folder that a run writes into. It replaces only files that an earlier run wrote there, as
/// the `files` list of that folder's run.json says.
struct OutputFolder: Sendable {
  /// The folder's path, without a slash at its end.
  let path: String
  /// Names of files, relative to the folder, that this run wrote or took from the cache.
  private var written: Set<String> = []
  /// The cell that wrote each of them, where one did.
  private var writers: [String: String] = [:]
  /// SHA-256 of those that the run named itself.
  private var sums: [String: String] = [:]
  /// Files of earlier runs that this one has not written, by name.
  private var earlier: [String: RunRecord.EarlierFile]

  /// Names of files of this run, in sorted order.
  var files: [String] { written.sorted() }

  /// Opens a folder and reads what earlier runs wrote there.
  init(path: String) {
    self.path = path
    let record = RunRecord.read(path + "/run.json")
    earlier = Dictionary((record?.allFiles ?? []).map { ($0.path, $0) }) { _, last in last }
    if record != nil { earlier["run.json"] = RunRecord.EarlierFile(path: "run.json") }
  }

  /// Whether this run or an earlier one wrote a file.
  func owns(_ name: String) -> Bool { written.contains(name) || earlier[name] != nil }

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
    owns(name) || !AtomicFile.exists(path(of: name))
  }

  /// The cell of this run that wrote a file; nil where none did.
  func writer(of name: String) -> String? { writers[name] }

  /// Notes that a file is this run's, and which cell wrote it.
  mutating func own(_ name: String, by cell: String? = nil) {
    if let cell { writers[name] = cell }
    written.insert(name)
    earlier[name] = nil
  }

  /// Notes what the run wrote into a file that it named itself.
  mutating func note(_ sum: String, of name: String) { sums[name] = sum }

  /// Forgets a file that is no longer there.
  mutating func disown(_ name: String) {
    written.remove(name)
    earlier[name] = nil
  }

  // MARK: Outdated files

  /// What run.json holds of the folder's files: those of this run, and those of earlier ones.
  var record: [(String, JSON)] {
    let others = earlier.values.filter { $0.path != "run.json" }.sorted { $0.path < $1.path }
    return [
      ("files", .array(files.map { .string($0) })),
      (
        "files_sha256", .object(sums.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
      ),
      (
        "earlier",
        .array(
          others.map { file in
            let parts = [
              ("path", file.path), ("notebook", file.notebook), ("sha256", file.sha256),
            ]
            return .object(parts.compactMap { key, value in value.map { (key, .string($0)) } })
          })
      ),
    ]
  }

  /// Removes figures and tables that earlier runs of a notebook named themselves, that this run has not written, and that hold what was
  /// written then. What a cell saved under a name of its own stays.
  /// - Parameter mayWrite: whether a path may be written.
  /// - Returns: the names of the removed files.
  mutating func removeOutdated(of notebook: String, mayWrite: (String) -> Bool) -> [String] {
    var removed: [String] = []
    for (name, file) in earlier {
      guard let sum = file.sha256, Self.isSame(file.notebook, notebook), isWithin(name)
      else { continue }
      let path = path(of: name)
      guard AtomicFile.isPlainFile(path) else {
        // Somebody has taken it away already.
        if !AtomicFile.exists(path) { earlier[name] = nil }
        continue
      }
      guard mayWrite(path), let reader = try? FileReader(path),
        let bytes = try? reader.read(at: 0, count: reader.size),
        SHA256.hexadecimal(of: bytes) == sum
      else { continue }
      AtomicFile.remove(path)
      earlier[name] = nil
      removed.append(name)
      if let folder = AtomicFile.folder(of: name) {
        AtomicFile.removeEmptyFolder(self.path(of: folder))
      }
    }
    return removed.sorted()
  }

  private static func isSame(_ notebook: String?, _ other: String) -> Bool {
    func plain(_ path: String) -> Substring { path.hasPrefix("./") ? path.dropFirst(2) : path[...] }
    return notebook.map(plain) == plain(other)
  }

  /// Whether a name can only mean a file below the folder, and none that every run writes.
  private func isWithin(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return !parts.contains { ["", ".", ".."].contains($0) } && !isReserved(path(of: name))
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
