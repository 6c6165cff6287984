import Foundation
import MIMFormats
import MIMScript
import MIMTensor
import Synchronization

/// A folder of kept results: files that are found by a key, each with a checksum. Several processes may use it at once: a file is
/// written under another name and then renamed, and one that vanishes or is damaged is not there.
public final class ResultStore: Sendable {
  /// What a file holds; the ending of its name.
  enum Kind: String, CaseIterable {
    /// What a statement did, by the statement's key.
    case record
    /// A value, by the SHA-256 of its bytes.
    case value
    /// How a value looks: a picture, or its text and tables.
    case view
    /// What the last run of a notebook was made of, for messages on what changed.
    case trail
    /// The names of a session that somebody kept, by its name.
    case session
  }

  /// The folder of this version of the format; another version has another folder.
  static let folderName = "results-1"
  /// The bytes that it may take when nobody says otherwise.
  public static let usualLimit = 5_000_000_000
  private static let mark = Array("mim-repl results 1\n".utf8)

  /// The folder.
  public let path: String
  /// The bytes that it may take.
  public let limit: Int
  private let written = Atomic<Int>(0)

  /// A store in a folder, which need not be there yet.
  public init(path: String, limit: Int = ResultStore.usualLimit) {
    self.path = path
    self.limit = limit
  }

  /// The user's store: in `$XDG_CACHE_HOME/mim-repl` or `~/.cache/mim-repl`, with the size of `$MIM_CACHE_SIZE`; nil where there
  /// is no place for it, or its size is 0.
  /// - Throws: E620 for a size that is none.
  public static func ofUser(_ environment: [String: String]) throws -> ResultStore? {
    var limit = usualLimit
    if let text = environment["MIM_CACHE_SIZE"], !text.isEmpty {
      guard let size = bytes(text) else {
        throw ScriptError(
          "E620", "MIM_CACHE_SIZE takes a size such as 500MB or 5GB, not `\(text)`")
      }
      limit = size
    }
    guard limit > 0, let folder = folder(environment) else { return nil }
    return ResultStore(path: folder, limit: limit)
  }

  /// The folder of the user's store; nil without XDG_CACHE_HOME and HOME. Relative paths there are ignored, as the XDG
  /// specification asks for.
  public static func folder(_ environment: [String: String]) -> String? {
    func absolute(_ name: String) -> String? {
      environment[name].flatMap { $0.hasPrefix("/") && $0.count > 1 ? $0 : nil }
    }
    let caches = absolute("XDG_CACHE_HOME") ?? absolute("HOME").map { $0 + "/.cache" }
    return caches.map { "\($0)/mim-repl/\(folderName)" }
  }

  /// `500MB`, `5 GB`, `1.5TB`, `12345` in bytes; nil for anything else.
  public static func bytes(_ text: String) -> Int? {
    let units: [(String, Double)] = [
      ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1), ("", 1),
    ]
    let text = text.uppercased().filter { !$0.isWhitespace }
    for (unit, factor) in units where text.hasSuffix(unit) {
      let digits = text.dropLast(unit.count)
      guard let number = Double(digits), digits.allSatisfy({ $0.isNumber || $0 == "." }),
        number >= 0, number * factor <= 1e18
      else { return nil }
      return Int(number * factor)
    }
    return nil
  }

  // MARK: Files

  private func file(_ key: String, _ kind: Kind) -> String {
    "\(path)/\(key.prefix(2))/\(key).\(kind.rawValue)"
  }

  /// Whether there is a file of that key; whether it is sound shows when it is read.
  func contains(_ key: String, _ kind: Kind) -> Bool {
    FileTrace.suspended { AtomicFile.exists(file(key, kind)) }
  }

  /// What was kept under a key; nil when there is nothing, or it is damaged.
  func read(_ key: String, _ kind: Kind, touching: Bool = true) -> [UInt8]? {
    let path = file(key, kind)
    return FileTrace.suspended {
      guard let bytes = try? FileReader.bytes(of: path) else { return nil }
      guard let content = Self.content(of: bytes) else {
        AtomicFile.remove(path)
        return nil
      }
      // It was used now: what was not used for longest goes first.
      if touching { utimes(path, nil) }
      return content
    }
  }

  /// The content behind the checksum; nil where they don't agree.
  private static func content(of bytes: [UInt8]) -> [UInt8]? {
    let head = mark.count + 32
    guard bytes.count >= head, Array(bytes.prefix(mark.count)) == mark else { return nil }
    let content = Array(bytes[head...])
    return digest(content) == Array(bytes[mark.count..<head]) ? content : nil
  }

  private static func digest(_ bytes: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.update($0) }
    return hash.digest()
  }

  /// Keeps something under a key.
  func write(_ content: [UInt8], _ key: String, _ kind: Kind) throws {
    try FileTrace.suspended {
      try AtomicFile.write(Self.mark + Self.digest(content) + content, to: file(key, kind))
    }
    written.add(content.count, ordering: .relaxed)
  }

  /// Keeps a value under the SHA-256 of its bytes, and gives that.
  func write(value: [UInt8]) throws -> String {
    let key = SHA256.hexadecimal(of: value)
    if !contains(key, .value) { try write(value, key, .value) }
    return key
  }

  /// Removes what is kept under a key.
  func remove(_ key: String, _ kind: Kind) throws {
    AtomicFile.remove(file(key, kind))
    guard contains(key, kind) else { return }
    throw FileError.system(
      path: file(key, kind), action: "remove", reason: "the folder cannot be written")
  }

  // MARK: Size

  /// A file in the store.
  struct Item {
    let path: String
    let key: String
    let kind: Kind
    let bytes: Int
    let used: Date
  }

  /// Every file of the store, the one that was used last first. Files of other names are not its own.
  var items: [Item] {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return folders.filter { $0.utf8.count == 2 }.flatMap { folder -> [Item] in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []
      return names.compactMap { item(folder, $0) }
    }.sorted { $0.used > $1.used }
  }

  private func item(_ folder: String, _ name: String) -> Item? {
    let parts = name.split(separator: ".")
    guard parts.count == 2, let kind = Kind(rawValue: String(parts[1])), parts[0].utf8.count == 64,
      parts[0].hasPrefix(folder), parts[0].allSatisfy(\.isHexDigit)
    else { return nil }
    let path = "\(path)/\(folder)/\(name)"
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let time = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
    return Item(
      path: path, key: String(parts[0]), kind: kind, bytes: Int(status.st_size),
      used: Date(timeIntervalSince1970: time))
  }

  /// Removes what was not used for longest until the rest takes at most `limit` bytes. Gives the bytes that were removed.
  @discardableResult
  public func shrink(to limit: Int? = nil) -> Int {
    AtomicFile.removeLeftovers(below: path)
    let limit = limit ?? self.limit
    var (total, removed) = (0, 0)
    for item in items {
      total += item.bytes
      guard total > limit else { continue }
      AtomicFile.remove(item.path)
      total -= item.bytes
      removed += item.bytes
    }
    return removed
  }

  /// The same where this process has kept something.
  func shrinkIfGrown() {
    if written.load(ordering: .relaxed) > 0 { shrink() }
  }

  /// Removes every result; the folder and files of other names stay. Gives the bytes that were removed.
  @discardableResult
  public func clear() -> Int { shrink(to: -1) }
}
