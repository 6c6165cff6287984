#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Keeps a file to one writer, this process or another, until the value goes: an advisory lock on
/// `PATH.lock`, which the system lifts when a process dies.
public final class FileLock {
  private let path: String
  private let descriptor: Int32

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  /// The lock on a file; nil when another writer has it. Where a lock file cannot be made (a folder
  /// without write permission, a link in its place), there is nothing to guard: writing fails with the system's reason.
  public static func take(_ file: String) -> FileLock? {
    let path = file + ".lock"
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
      guard descriptor >= 0 else { return FileLock(path: path, descriptor: descriptor) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        close(descriptor)
        return nil
      }
      if isNamed(path, descriptor) { return FileLock(path: path, descriptor: descriptor) }
      // Its last owner removed it between the two calls: another may already have a new one.
      close(descriptor)
    }
  }

  /// Whether the open file is the one of that name.
  private static func isNamed(_ path: String, _ descriptor: Int32) -> Bool {
    var (own, named) = (stat(), stat())
    return fstat(descriptor, &own) == 0 && lstat(path, &named) == 0 && own.st_ino == named.st_ino
      && own.st_dev == named.st_dev
  }

  /// How a note begins; a lock file that begins otherwise is somebody else's file.
  private static let head = "mim-repl process "
  /// No note is longer.
  private static let longestNote = 200

  /// Writes into the lock file who has the lock, for those who don't get it.
  public func leave(note: String) {
    guard descriptor >= 0, isOurs else { return }
    let bytes = Array((Self.head + note).utf8.prefix(Self.longestNote))
    guard ftruncate(descriptor, 0) == 0 else { return }
    _ = pwrite(descriptor, bytes, bytes.count, 0)
  }

  /// What the owner of a lock left for others; nil where there is no note. Anybody may have written it.
  public static func note(on file: String) -> String? {
    let descriptor = open(file + ".lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return contents(of: descriptor).flatMap { text in
      text.hasPrefix(head) ? String(text.dropFirst(head.count)) : nil
    }
  }

  private static func contents(of descriptor: Int32) -> String? {
    var bytes = [UInt8](repeating: 0, count: longestNote)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return count >= 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
  }

  /// Whether the lock file holds nothing, or a note: of this process, or of one that was killed.
  private var isOurs: Bool {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    return status.st_size == 0
      || status.st_size <= Self.longestNote
        && Self.contents(of: descriptor)?.hasPrefix(Self.head) == true
  }

  deinit {
    guard descriptor >= 0 else { return }
    // A file with something else in it is not ours: somebody else gave it that name.
    if isOurs, Self.isNamed(path, descriptor) { unlink(path) }
    close(descriptor)
  }
}
