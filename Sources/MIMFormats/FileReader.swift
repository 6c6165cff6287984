#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// An open regular file of known size, read at any position.
public final class FileReader: Sendable {
  /// The path as given.
  public let path: String
  /// The size in bytes when it was opened.
  public let size: Int
  private let descriptor: Int32

  /// Opens a file. Anything but a regular file (a folder, a pipe, a device) is refused, so that
  /// reading can neither block nor run for ever.
  public init(_ path: String) throws {
    guard !path.utf8.contains(0) else {
      throw FileError.system(path: path, action: "open", reason: "a path cannot contain NUL")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR {
        FileTrace.note(path, .absent)
        throw FileError.missing(path: path)
      }
      throw FileError.system(path: path, action: "open", reason: systemReason())
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FileError.system(path: path, action: "read", reason: "it is not a regular file")
    }
    FileTrace.note(path, .contents)
    self.path = path
    self.size = Int(status.st_size)
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// `count` bytes from `offset`; throws ``FileError/truncated(path:detail:)`` when the file has
  /// fewer. The memory is only taken once the size allows it.
  public func read(at offset: Int, count: Int) throws -> [UInt8] {
    guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
      throw FileError.truncated(
        path: path, detail: "it has \(size) bytes, but its header declares more")
    }
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      LargePages.prefer(UnsafeMutableRawBufferPointer(buffer))
      while filled < count {
        let got = pread(
          descriptor, buffer.baseAddress.map { $0 + filled }, count - filled,
          off_t(offset + filled))
        if got < 0 && errno == EINTR { continue }
        guard got >= 0 else {
          throw FileError.system(path: path, action: "read", reason: systemReason())
        }
        guard got > 0 else {
          throw FileError.truncated(path: path, detail: "it became shorter while it was being read")
        }
        filled += got
      }
    }
  }

  /// The first bytes, `count` of them or as many as there are.
  public func prefix(_ count: Int) throws -> [UInt8] { try read(at: 0, count: min(count, size)) }

  /// All bytes of the file at `path`; throws beyond `limit`.
  public static func bytes(of path: String, limit: Int = 8 << 30) throws -> [UInt8] {
    let file = try FileReader(path)
    guard file.size <= limit else { throw FileError.tooLarge(path: path, limit: limit) }
    return try file.read(at: 0, count: file.size)
  }
}
