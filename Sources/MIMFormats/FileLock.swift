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
  /// without write permission), there is nothing to guard: writing fails with the system's reason.
  public static func take(_ file: String) -> FileLock? {
    let path = file + ".lock"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    if descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      close(descriptor)
      return nil
    }
    return FileLock(path: path, descriptor: descriptor)
  }

  deinit {
    guard descriptor >= 0 else { return }
    unlink(path)
    close(descriptor)
  }
}
