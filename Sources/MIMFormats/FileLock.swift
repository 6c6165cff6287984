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

  deinit {
    guard descriptor >= 0 else { return }
    // A file with something in it is not ours: somebody else gave it that name.
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_size == 0, Self.isNamed(path, descriptor) {
      unlink(path)
    }
    close(descriptor)
  }
}
