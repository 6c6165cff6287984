import Foundation
import MIMFormats

/// A file of TensorBoard's events: records of a length, its checksum, an `Event` message (protocol buffers), and its checksum
/// (tensorflow/core/lib/io/record_writer.cc, tensorflow/core/util/event.proto). Records are appended, so that a file that is cut off
/// holds what came before.
package final class EventFile: Sendable {
  /// The file.
  package let path: String
  private let descriptor: Int32

  /// Starts a file in a folder, which is made where it is missing.
  /// - Throws: `FileError` where the file cannot be written.
  package init(in folder: String, time: Double) throws {
    try AtomicFile.makeFolder(folder)
    // TensorBoard looks for `tfevents` in the name; the process's number keeps two writers apart.
    path = "\(folder)/events.out.tfevents.\(UInt64(max(0, time))).mim-repl.\(getpid())"
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw FileError.system(path: path, action: "write", reason: String(cString: strerror(errno)))
    }
    var message = Message()
    message.add(1, double: time)
    message.add(3, text: "brain.Event:2")
    try write(message)
  }

  deinit { close(descriptor) }

  /// Adds numbers by their tags.
  /// - Parameters:
  ///   - step: the epoch.
  ///   - time: seconds since 1970.
  package func add(_ scalars: [(tag: String, value: Float)], step: Int, time: Double) throws {
    var summary = Message()
    for (tag, value) in scalars {
      var entry = Message()
      entry.add(1, text: tag)
      entry.add(2, float: value)
      summary.add(1, message: entry)
    }
    var event = Message()
    event.add(1, double: time)
    event.add(2, integer: UInt64(max(0, step)))
    event.add(5, message: summary)
    try write(event)
  }

  private func write(_ message: Message) throws {
    let length = Self.bytes(of: UInt64(message.bytes.count))
    let record =
      length + Self.bytes(of: CRC32C.masked(length)) + message.bytes
      + Self.bytes(of: CRC32C.masked(message.bytes))
    guard let reason = Descriptor.write(record, to: descriptor) else { return }
    throw FileError.system(path: path, action: "write", reason: String(cString: strerror(reason)))
  }

  private static func bytes(of number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  /// A message of protocol buffers: fields by their numbers.
  private struct Message {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ field: Int, double: Double) {
      key(field, 1)
      bytes += EventFile.bytes(of: double.bitPattern)
    }

    mutating func add(_ field: Int, float: Float) {
      key(field, 5)
      bytes += EventFile.bytes(of: float.bitPattern)
    }

    mutating func add(_ field: Int, integer: UInt64) {
      key(field, 0)
      number(integer)
    }

    mutating func add(_ field: Int, text: String) { add(field, content: Array(text.utf8)) }

    mutating func add(_ field: Int, message: Message) { add(field, content: message.bytes) }

    private mutating func add(_ field: Int, content: [UInt8]) {
      key(field, 2)
      number(UInt64(content.count))
      bytes += content
    }

    private mutating func key(_ field: Int, _ type: UInt64) { number(UInt64(field) << 3 | type) }

    /// Seven bits at a time, the lowest first.
    private mutating func number(_ value: UInt64) {
      var value = value
      while value > 0x7F {
        bytes.append(UInt8(value & 0x7F) | 0x80)
        value >>= 7
      }
      bytes.append(UInt8(value))
    }
  }
}

/// The checksum CRC-32C (Castagnoli; RFC 3720).
package enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1
    }
  }

  /// The checksum of bytes.
  package static func of(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { value, byte in
      table[Int((value ^ UInt32(byte)) & 0xFF)] ^ value >> 8
    }
  }

  /// As records of TensorFlow hold it: turned and shifted, since they are checksums over checksums.
  package static func masked(_ bytes: [UInt8]) -> UInt32 {
    let value = of(bytes)
    return (value >> 15 | value << 17) &+ 0xA282_EAD8
  }
}
