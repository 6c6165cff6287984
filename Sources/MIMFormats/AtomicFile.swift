#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Writing that either leaves the whole new file or the old one: a temporary name in the same
/// folder, synced, then renamed.
public enum AtomicFile {
  /// Replaces the file at `path`. Missing folders above it are made.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    try write(to: path) { descriptor in
      try bytes.withUnsafeBytes { try writeAll($0, to: descriptor, path: path) }
    }
  }

  /// Replaces the file at `path` by UTF-8 text.
  public static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  /// Makes a folder and those above it; one that exists is fine.
  public static func makeFolder(_ path: String) throws {
    guard !path.utf8.contains(0) else {
      throw FileError.system(
        path: path, action: "create the folder", reason: "a path cannot contain NUL")
    }
    guard !path.isEmpty, !isFolder(path) else { return }
    if let parent = folder(of: path) { try makeFolder(parent) }
    guard mkdir(path, 0o777) == 0 || (errno == EEXIST && isFolder(path)) else {
      throw FileError.system(path: path, action: "create the folder", reason: systemReason())
    }
  }

  /// The folder part of a path, nil when it has none.
  public static func folder(of path: String) -> String? {
    let trimmed = path.drop(trailing: "/")
    guard let slash = trimmed.lastIndex(of: "/") else { return nil }
    let folder = trimmed[..<slash].drop(trailing: "/")
    return folder.isEmpty ? "/" : String(folder)
  }

  /// Whether there is a folder at `path` (links are followed).
  public static func isFolder(_ path: String) -> Bool {
    var status = stat()
    let isFolder =
      !path.utf8.contains(0) && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    FileTrace.note(path, isFolder ? .folder : .noFolder)
    return isFolder
  }

  /// Whether there is a file or folder at `path` (links are followed).
  public static func exists(_ path: String) -> Bool {
    var status = stat()
    let exists = !path.utf8.contains(0) && stat(path, &status) == 0
    FileTrace.note(path, exists ? .present : .absent)
    return exists
  }

  /// A path without links and detours, from the root of the file system. What is not there yet is judged by the folder that it would be
  /// in; nil for a link that leads nowhere, and where the system does not tell.
  package static func realPath(of path: String) -> String? {
    guard !path.isEmpty, !path.utf8.contains(0) else { return nil }
    if let resolved = realpath(path, nil) {
      defer { free(resolved) }
      return String(cString: resolved)
    }
    guard errno == ENOENT else { return nil }
    let trimmed = String(path.drop(trailing: "/"))
    var status = stat()
    guard lstat(trimmed, &status) != 0, errno == ENOENT else { return nil }
    let name = trimmed.split(separator: "/").last.map(String.init) ?? ""
    guard !["", ".", ".."].contains(name), let above = realPath(of: folder(of: trimmed) ?? ".")
    else {
      return nil
    }
    return above == "/" ? "/\(name)" : "\(above)/\(name)"
  }

  /// A free name in the same folder, for content that something else writes and ``rename(_:to:)``
  /// then puts in place.
  public static func temporaryPath(beside path: String) throws -> String {
    let (temporary, descriptor) = try openTemporary(beside: path)
    close(descriptor)
    unlink(temporary)
    return temporary
  }

  /// Syncs a finished file and gives it its final name, replacing an old one.
  public static func rename(_ temporary: String, to path: String) throws {
    let descriptor = open(temporary, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError.missing(path: temporary) }
    fsync(descriptor)
    close(descriptor)
    try moveInPlace(temporary, to: path)
  }

  /// Gives the file at `path` a second name, replacing what has that name: when something else takes the first name, the file stays.
  public static func keep(_ path: String, as other: String) throws {
    let temporary = try temporaryPath(beside: other)
    guard link(path, temporary) == 0 else {
      // A file system without second names: a copy.
      return try write(FileReader.bytes(of: path), to: other)
    }
    try moveInPlace(temporary, to: other)
    // Nothing happens where both were the same file already: the temporary name is still there.
    unlink(temporary)
  }

  /// Whether there is a file at `path` that is neither a folder nor a link.
  package static func isPlainFile(_ path: String) -> Bool {
    var status = stat()
    return !path.utf8.contains(0) && lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Removes a folder that holds nothing; any other stays.
  package static func removeEmptyFolder(_ path: String) { rmdir(path) }

  /// Removes a file; one that is not there is fine.
  public static func remove(_ path: String) { unlink(path) }

  /// Removes temporary files that processes which are gone left in a folder and those below it; links are not followed.
  public static func removeLeftovers(below folder: String) {
    guard !folder.utf8.contains(0), let directory = opendir(folder) else { return }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = Self.name(of: entry)
      guard name != ".", name != ".." else { continue }
      let path = "\(folder)/\(name)"
      var status = stat()
      if name.hasSuffix(".part") {
        let parts = name.dropLast(5).split(separator: ".")
        if let last = parts.last, isLeftover(last) { unlink(path) }
      } else if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
        removeLeftovers(below: path)
      }
    }
  }

  /// Whether `PID-NUMBER` names a process that is gone.
  private static func isLeftover(_ text: some StringProtocol) -> Bool {
    let parts = text.split(separator: "-")
    guard parts.count == 2, let process = pid_t(parts[0]), process > 0, Int(parts[1]) != nil else {
      return false
    }
    return kill(process, 0) != 0 && errno == ESRCH
  }

  private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
    withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
  }

  /// Removes temporary files that writing `path` left behind when its process was killed.
  public static func removeLeftovers(beside path: String) {
    let parent = folder(of: path) ?? "."
    let prefix = String(
      path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
    guard !path.utf8.contains(0), let directory = opendir(parent) else { return }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = Self.name(of: entry)
      guard name.hasPrefix(prefix + "."), name.hasSuffix(".part"),
        isLeftover(name.dropFirst(prefix.count + 1).dropLast(5))
      else { continue }
      unlink("\(parent)/\(name)")
    }
  }

  private static func write(to path: String, _ fill: (Int32) throws -> Void) throws {
    guard !path.isEmpty, !path.utf8.contains(0), !path.hasSuffix("/"), !isFolder(path) else {
      throw FileError.system(path: path, action: "write", reason: "it is not the name of a file")
    }
    if let parent = folder(of: path) { try makeFolder(parent) }
    let (temporary, descriptor) = try openTemporary(beside: path)
    do {
      try fill(descriptor)
      guard fsync(descriptor) == 0 || errno == EINVAL else {
        throw FileError.system(path: path, action: "sync", reason: systemReason())
      }
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    close(descriptor)
    try moveInPlace(temporary, to: path)
  }

  private static func moveInPlace(_ temporary: String, to path: String) throws {
    #if canImport(Darwin)
      let status = Darwin.rename(temporary, path)
    #else
      let status = Glibc.rename(temporary, path)
    #endif
    guard status == 0 else {
      let reason = systemReason()
      unlink(temporary)
      throw FileError.system(path: path, action: "write", reason: reason)
    }
    syncFolder(folder(of: path) ?? ".")
  }

  private static func openTemporary(beside path: String) throws -> (String, Int32) {
    for attempt in 0..<100 {
      let name = "\(path).\(getpid())-\(attempt).part"
      let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 { return (name, descriptor) }
      guard errno == EEXIST else { break }
    }
    throw FileError.system(path: path, action: "write", reason: systemReason())
  }

  private static func writeAll(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
  ) throws {
    guard let reason = Descriptor.write(bytes, to: descriptor) else { return }
    throw FileError.system(path: path, action: "write", reason: String(cString: strerror(reason)))
  }

  /// Makes the rename last through a power cut; where folders cannot be synced, nothing is lost.
  private static func syncFolder(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

extension StringProtocol {
  fileprivate func drop(trailing character: Character) -> SubSequence {
    var rest = self[...]
    while rest.last == character { rest = rest.dropLast() }
    return rest
  }
}
