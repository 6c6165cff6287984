#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Writing to an open file, a pipe or a terminal.
public enum Descriptor {
  /// Writes all of the bytes, however many calls that takes, and whatever signals come between.
  /// - Returns: nil; where not all of it was taken, why: a value of `errno`, or 0 where the system gives no reason.
  @discardableResult
  public static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      #if canImport(Darwin)
        let written = Darwin.write(descriptor, part.baseAddress, part.count)
      #else
        let written = Glibc.write(descriptor, part.baseAddress, part.count)
      #endif
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { return written < 0 ? errno : 0 }
      rest = rest.dropFirst(written)
    }
    return nil
  }

  /// The same with an array.
  @discardableResult
  public static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    bytes.withUnsafeBytes { write($0, to: descriptor) }
  }

  /// The same with a text as UTF-8.
  @discardableResult
  public static func write(_ text: String, to descriptor: Int32) -> Int32? {
    write(Array(text.utf8), to: descriptor)
  }
}
