import Foundation
import MIMFormats
import MIMScript

/// The statements of a session at the prompt, on the disk as soon as each has ended, so that they are there whatever ends the program. A
/// script of its own: `mim-repl FILE` runs it. While the session lives, its file is locked.
public final class SessionJournal {
  /// How many journals stay in a folder.
  static let kept = 20
  private static let closing = "# ended"

  private let folder: String
  private let header: String
  private var descriptor: Int32 = -1

  /// A journal in the folder; its file is made with the first statement.
  /// - Parameter seed: the session's.
  public init(in folder: String, seed: UInt64) {
    self.folder = folder
    let now = Date().formatted(.iso8601)
    header =
      "# mim-repl session of \(now), seed \(seed), in "
      + JSON.string(FileManager.default.currentDirectoryPath).text() + "\n"
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Adds a statement. A session goes on where it cannot be written.
  func append(_ statement: String) {
    if descriptor < 0 { begin() }
    write(statement + "\n")
  }

  /// Notes that the session was ended by the user.
  public func end() {
    if descriptor >= 0 { write(Self.closing + "\n") }
  }

  private func begin() {
    try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    for old in Self.files(in: folder).dropLast(Self.kept - 1) where !Self.isLocked(old) {
      unlink(old)
    }
    // A session that began in the same millisecond has that name already.
    for _ in 0..<100 where descriptor < 0 {
      let time = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
      let name = time.filter { $0.isNumber || $0 == "T" } + "-\(getpid()).mim"
      descriptor = open(
        "\(folder)/\(name)",
        O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard descriptor < 0, errno == EEXIST else { break }
      usleep(1000)
    }
    guard descriptor >= 0 else { return }
    _ = flock(descriptor, LOCK_EX | LOCK_NB)
    write(header)
  }

  private func write(_ text: String) {
    guard descriptor >= 0 else { return }
    Descriptor.write(text, to: descriptor)
    fsync(descriptor)
  }

  // MARK: Reading

  /// A session that has ended.
  public struct Ended: Sendable {
    /// The file of its journal.
    public let path: String
    /// When it began.
    public let begin: String
    /// The seed that it began with.
    let seed: UInt64
    /// Where it ran.
    let folder: String
    /// Whether the user ended it.
    public let isComplete: Bool
    /// Its statements.
    let text: String
  }

  /// The sessions that have ended, the last one first.
  public static func ended(in folder: String) -> [Ended] {
    files(in: folder).reversed().filter { !isLocked($0) }.compactMap(read)
  }

  /// The journals, oldest first.
  private static func files(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".mim") }.sorted().map { "\(folder)/\($0)" }
  }

  private static func isLocked(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0
  }

  private static func read(_ path: String) -> Ended? {
    guard let data = FileManager.default.contents(atPath: path),
      let text = String(validating: data, as: UTF8.self),
      let found = text.firstMatch(
        of: /^# mim-repl session of (\S+), seed (\d+), in ("[^\n]*")\n/),
      let seed = UInt64(found.2), seed <= UInt64(Int32.max),
      let folder = try? JSONDecoder().decode(String.self, from: Data(found.3.utf8))
    else { return nil }
    return Ended(
      path: path, begin: String(found.1), seed: seed, folder: folder,
      isComplete: text.hasSuffix("\n\(closing)\n"), text: text)
  }
}
