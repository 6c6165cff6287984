import Foundation

/// Files that appear completely or not at all.
enum AtomicFile {
  /// Writes `bytes` beside `path` under a temporary name, syncs them to the disk and renames
  /// the file, so that a crash leaves either the old or the new one.
  ///
  /// - Throws: ``FigureError/file(path:reason:)``.
  static func write(_ bytes: [UInt8], to path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    if !folder.isEmpty {
      do {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw FigureError.file(path: folder, reason: "the folder cannot be created")
      }
    }
    let name = (path as NSString).lastPathComponent
    let template = (folder.isEmpty ? "." : folder) + "/.\(name).XXXXXX"
    var characters = template.utf8CString
    let descriptor = characters.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map { mkstemp($0) } ?? -1
    }
    guard descriptor >= 0 else { throw failure(path) }
    let temporary = String(
      decoding: characters.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    do {
      try fill(descriptor, with: bytes, path: path)
      guard rename(temporary, path) == 0 else { throw failure(path) }
    } catch {
      unlink(temporary)
      throw error
    }
    syncFolder(folder)
  }

  private static func fill(_ descriptor: Int32, with bytes: [UInt8], path: String) throws {
    var isOpen = true
    defer { if isOpen { close(descriptor) } }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Foundation.write(
          descriptor, buffer.baseAddress?.advanced(by: written), bytes.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(path) }
      written += count
    }
    // mkstemp makes private files; a figure gets what the user's umask allows.
    let mask = umask(0)
    umask(mask)
    guard fchmod(descriptor, 0o666 & ~mask) == 0, fsync(descriptor) == 0 else {
      throw failure(path)
    }
    isOpen = false
    guard close(descriptor) == 0 else { throw failure(path) }
  }

  private static func syncFolder(_ folder: String) {
    let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private static func failure(_ path: String) -> FigureError {
    .file(path: path, reason: String(cString: strerror(errno)))
  }
}
