import MIMFormats
import MIMTensor

extension ImageArchive {
  /// Downloads the files that the user's data folder lacks, each to a temporary name, checks the
  /// SHA-256 of its content, and only then gives it its name.
  func fetch(_ environment: DataEnvironment) throws -> ImageArchivePaths {
    let folder = "\(environment.dataFolder)/\(folders[0])"
    try AtomicFile.makeFolder(folder)
    for part in parts {
      let target = "\(folder)/\(part.name).gz"
      guard !AtomicFile.exists(target), !AtomicFile.exists("\(folder)/\(part.name)") else {
        continue
      }
      try fetch(part, to: target, environment.downloader)
    }
    guard let paths = paths(in: folder) else { throw missing(environment) }
    return paths
  }

  /// Tries the mirrors in turn; the last one's error is thrown when none works.
  private func fetch(_ part: Part, to target: String, _ downloader: any Downloader) throws {
    var failure: (any Error)?
    for mirror in mirrors {
      do {
        try fetch(part, from: "\(mirror)\(part.name).gz", to: target, downloader)
        return
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  private func fetch(
    _ part: Part, from address: String, to target: String, _ downloader: any Downloader
  ) throws {
    let temporary = try AtomicFile.temporaryPath(beside: target)
    defer { AtomicFile.remove(temporary) }
    try downloader.download(address, to: temporary)
    let packed = try FileReader.bytes(of: temporary, limit: 1 << 30)
    let content = try Gzip.decompress(packed, path: address, limit: 1 << 30)
    let found = SHA256.hexadecimal(of: content)
    guard found == part.contentSHA256 else {
      throw DataError.checksum(path: address, expected: part.contentSHA256, found: found)
    }
    try AtomicFile.rename(temporary, to: target)
  }
}
