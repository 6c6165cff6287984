import Synchronization

/// Notes what a piece of work learns from the file system, so that its result can be used again for as long as that is the same.
///
/// It belongs to a thread and to the threads that take it over (``current``): two pieces of work at the same time don't mix.
public final class FileTrace: Sendable {
  /// What was learnt about a path.
  public enum Finding: String, Sendable, Hashable, Codable, CaseIterable {
    /// The bytes of the file.
    case contents
    /// There is something of that name.
    case present
    /// There is nothing of that name.
    case absent
    /// It is a folder.
    case folder
    /// It is no folder.
    case noFolder
    /// The names in the folder, at every depth.
    case listing
  }

  /// A path and what was learnt about it.
  public struct Entry: Sendable, Hashable, Codable {
    /// The path as it was used.
    public let path: String
    /// What was learnt.
    public let finding: Finding

    /// Any path, there or not.
    public init(_ path: String, _ finding: Finding) {
      self.path = path
      self.finding = finding
    }
  }

  /// The trace of the running work; nil: nobody wants to know.
  @TaskLocal public static var current: FileTrace?

  private let state = Mutex<(entries: [Entry], known: Set<Entry>)>(([], []))

  /// An empty trace.
  public init() {}

  /// Everything that was noted, once each, in the order of first noting.
  public var entries: [Entry] { state.withLock { $0.entries } }

  /// Notes a finding of the running work.
  public static func note(_ path: String, _ finding: Finding) {
    current?.note(path, finding)
  }

  /// Runs work whose result does not depend on the files that it looks at: what writes its own files, or continues from them.
  public static func suspended<Result>(_ body: () throws -> Result) rethrows -> Result {
    try $current.withValue(nil) { try body() }
  }

  private func note(_ path: String, _ finding: Finding) {
    let entry = Entry(path, finding)
    state.withLock { state in
      if state.known.insert(entry).inserted { state.entries.append(entry) }
    }
  }
}
