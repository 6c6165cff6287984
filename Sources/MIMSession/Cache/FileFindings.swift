import Foundation
import MIMFormats
import MIMScript
import MIMTensor
import Synchronization

/// What a statement learnt from the file system, with the digest of what it read.
struct FileFinding: Codable, Hashable {
  /// The path; `{out}/` stands for the output folder of the run.
  let path: String
  let finding: FileTrace.Finding
  /// SHA-256 of the bytes, or of the names in a folder; nil where only the finding counts.
  let digest: String?
}

/// Compares findings with the file system as it is now. Files are compared by their bytes in every run: size and times can be the same
/// for other contents (a file that is written through a memory map, a clock that was set back, a copy that keeps the times).
struct FileState {
  /// The output folder of the run, for paths in it.
  let outputFolder: String?
  /// What the run may read; nil: everything.
  let access: FileAccess?
  /// What files will hold once the results so far are put back, by their paths: SHA-256.
  var expected: [String: String] = [:]
  /// The digests of files read so far.
  let known = KnownDigests()

  /// The findings of a trace with their digests.
  func findings(of trace: FileTrace) -> [FileFinding] {
    let entries = trace.entries
    let read = Set(entries.filter { $0.finding == .contents }.map(\.path))
    return entries.compactMap { entry in
      // A file whose bytes are known has been there.
      if entry.finding == .present, read.contains(entry.path) { return nil }
      return FileFinding(
        path: symbolic(entry.path), finding: entry.finding,
        digest: digest(entry.path, entry.finding))
    }
  }

  /// The first finding that is another now; nil: all are as they were.
  func firstChange(in findings: [FileFinding]) -> FileFinding? {
    findings.first { !holds($0) }
  }

  private func holds(_ finding: FileFinding) -> Bool {
    let path = real(finding.path)
    return FileTrace.suspended {
      switch finding.finding {
      case .contents, .listing:
        (access?.mayUse(path) ?? true) && digest(path, finding.finding) == finding.digest
      case .present: expected[path] != nil || AtomicFile.exists(path)
      case .absent: expected[path] == nil && !AtomicFile.exists(path)
      case .folder: AtomicFile.isFolder(path)
      case .noFolder: !AtomicFile.isFolder(path)
      }
    }
  }

  private func digest(_ path: String, _ finding: FileTrace.Finding) -> String? {
    switch finding {
    case .contents:
      return expected[path] ?? known.digest(of: path)
    case .listing:
      let names = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
      return SHA256.hexadecimal(of: Array(names.sorted().joined(separator: "\0").utf8))
    case .present, .absent, .folder, .noFolder: return nil
    }
  }

  /// The path as a person knows it.
  func real(_ path: String) -> String {
    guard let outputFolder, path.hasPrefix("{out}/") else { return path }
    return outputFolder + path.dropFirst(5)
  }

  private func symbolic(_ path: String) -> String {
    guard let outputFolder, path.hasPrefix(outputFolder + "/") else { return path }
    return "{out}" + path.dropFirst(outputFolder.count)
  }
}

extension [FileFinding] {
  /// A hash of what was read: results that read the same contents elsewhere are the same.
  var contentDigest: String {
    ContentKey.of(
      compactMap { finding in
        finding.digest.map { "\(finding.finding.rawValue) \($0)" }
      })
  }
}

/// Digests of files, each read once until something runs that may have changed them: one run sees one state of what it doesn't write.
final class KnownDigests: Sendable {
  private let digests = Mutex<[String: String?]>([:])

  /// SHA-256 of a file's bytes; nil where it can't be read.
  func digest(of path: String) -> String? {
    if let known = digests.withLock({ $0[path] }) { return known }
    let digest = FileTrace.suspended {
      (try? FileReader.bytes(of: path)).map(SHA256.hexadecimal(of:))
    }
    digests.withLock { $0[path] = .some(digest) }
    return digest
  }

  /// Forgets everything: a statement has run, or a file was put back.
  func forget() { digests.withLock { $0 = [:] } }
}
