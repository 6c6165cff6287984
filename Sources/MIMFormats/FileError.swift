#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Errors in reading or writing a file. Every case names the file.
public enum FileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// There is no such file.
  case missing(path: String)
  /// The system refused to open, read or write; `reason` is its wording.
  case system(path: String, action: String, reason: String)
  /// Larger than this program reads.
  case tooLarge(path: String, limit: Int)
  /// The first bytes are not those of the expected format.
  case wrongMagic(path: String, expected: String)
  /// The file ends too early, or holds nothing at all.
  case truncated(path: String, detail: String)
  /// The content is not what was written: it differs from the checksum in the file.
  case damaged(path: String)
  /// The content breaks a rule of its format.
  case malformed(path: String, format: String, detail: String)
  /// The format is right, but uses something that is not supported.
  case unsupported(path: String, detail: String)

  /// The file that the error is about.
  public var path: String {
    switch self {
    case .missing(let path), .system(let path, _, _), .tooLarge(let path, _),
      .wrongMagic(let path, _), .truncated(let path, _), .damaged(let path),
      .malformed(let path, _, _), .unsupported(let path, _):
      path
    }
  }

  /// What is wrong, without the file's name, in the system's words where it has any.
  package var reason: String {
    if case .system(_, _, let reason) = self { reason } else { description }
  }

  /// One sentence that names the file, what is wrong, and a remedy if there is one.
  public var description: String {
    switch self {
    case .missing(let path): "there is no file \(path)"
    case .system(let path, let action, let reason): "cannot \(action) \(path): \(reason)"
    case .tooLarge(let path, let limit):
      "\(path) is larger than \(limit) bytes, the limit for reading a file"
    case .wrongMagic(let path, let expected): "\(path) is not \(expected)"
    case .truncated(let path, let detail): "\(path) is truncated: \(detail); copy it again"
    case .damaged(let path):
      "\(path) is damaged: its contents differ from the checksum in it; use a copy of the file, or make it again"
    case .malformed(let path, let format, let detail):
      "\(path) is not valid \(format): \(detail)"
    case .unsupported(let path, let detail): "\(path) cannot be read: \(detail)"
    }
  }
}

/// The system's words for the last failed call.
package func systemReason() -> String { String(cString: strerror(errno)) }
