import Foundation
import MIMFormats

/// Looks for new contents of a file, again and again. Every editor's way of saving shows there: writing in place, writing another file
/// and renaming it, deleting and creating. Looking also works in network folders, where nobody is told of what other machines write.
package struct WatchedFile {
  /// What has happened to the file.
  package enum Change: Equatable {
    /// It holds something else.
    case saved([UInt8])
    /// It was written again with the same contents.
    case savedAgain([UInt8])
    /// It is not there any more.
    case vanished
  }

  /// Contents count once they have stayed the same for this long, in seconds: an editor may write in several steps.
  private static let pause = 0.03
  /// The same for no file and an empty one, which are steps on the way of many editors.
  private static let longPause = 0.5
  /// The contents are read at least this often, even if size and times stay the same.
  private static let longestTrust = 1.0

  private let path: String
  /// What was reported last; nil: that there is no file.
  private var known: [UInt8]?
  private var knownStamp: FileStamp?
  private var seen: (bytes: [UInt8]?, stamp: FileStamp?, since: Double)?
  private var lastRead = -Double.infinity

  /// - Parameter bytes: the contents that are known already; nil: there is no file.
  package init(path: String, bytes: [UInt8]?) {
    self.path = path
    known = bytes
    knownStamp = FileStamp(path)
  }

  /// Looks at the file. `now` is in seconds and never goes back.
  package mutating func look(now: Double) -> Change? {
    let stamp = FileStamp(path)
    if seen == nil, stamp == knownStamp, now - lastRead < Self.longestTrust { return nil }
    lastRead = now
    // A file that cannot be read is as good as none.
    let bytes = FileTrace.suspended { try? FileReader.bytes(of: path, limit: FileText.limit) }
    guard bytes != known || stamp != knownStamp else {
      seen = nil
      return nil
    }
    guard let seen, seen.bytes == bytes, seen.stamp == stamp else {
      self.seen = (bytes, stamp, now)
      return nil
    }
    let pause = bytes.map(\.isEmpty) ?? true ? Self.longPause : Self.pause
    guard now - seen.since >= pause else { return nil }
    self.seen = nil
    let isSame = bytes == known
    (known, knownStamp) = (bytes, stamp)
    guard let bytes else { return isSame ? nil : .vanished }
    return isSame ? .savedAgain(bytes) : .saved(bytes)
  }
}

/// What the file system says of a file without opening it.
struct FileStamp: Equatable {
  private let size: Int
  private let inode: UInt64
  private let seconds: Int
  private let nanoseconds: Int

  /// Nil where there is no such file.
  init?(_ path: String) {
    var status = stat()
    guard !path.utf8.contains(0), stat(path, &status) == 0 else { return nil }
    size = Int(status.st_size)
    inode = UInt64(status.st_ino)
    seconds = Int(status.st_mtim.tv_sec)
    nanoseconds = Int(status.st_mtim.tv_nsec)
  }
}

/// The files that results were made from: whether one of them may have changed. What changed for certain the cache finds out.
struct FileStamps {
  private var stamps: [String: FileStamp?] = [:]

  init(_ paths: some Sequence<String>) {
    for path in paths { stamps[path] = .some(FileStamp(path)) }
  }

  /// A file that is another since the last call.
  mutating func change() -> String? {
    for (path, old) in stamps {
      let new = FileStamp(path)
      guard new != old else { continue }
      stamps[path] = .some(new)
      return path
    }
    return nil
  }
}
