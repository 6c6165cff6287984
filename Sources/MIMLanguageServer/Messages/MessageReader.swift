/// Cuts a stream of bytes into messages: a header with `Content-Length`, an empty line, and so many bytes.
package struct MessageReader {
  /// A stream that can't be followed any further.
  package enum Problem: Error, Equatable {
    /// The header has no usable length, so that nobody knows where the next message begins.
    case badHeader
    /// A message longer than anybody's text.
    case tooLong(Int)
    /// The stream ends in the middle of a message.
    case truncated
  }

  /// Bytes that a message may have.
  package static let longestMessage = 128 << 20
  /// Bytes that a header may have.
  private static let longestHeader = 8 << 10
  private static let pieceSize = 64 << 10

  private let read: (Int) -> [UInt8]
  private var buffer: [UInt8] = []
  private var start = 0

  /// - Parameter read: gives at most so many bytes of the stream, and none at its end.
  package init(read: @escaping (Int) -> [UInt8]) {
    self.read = read
  }

  /// The content of the next message; nil at the end of the stream.
  package mutating func next() throws(Problem) -> [UInt8]? {
    var header: [UInt8] = []
    while !header.ends(in: [13, 10, 13, 10]) {
      guard let byte = nextByte() else {
        if header.isEmpty { return nil }
        throw .truncated
      }
      header.append(byte)
      guard header.count <= Self.longestHeader else { throw .badHeader }
    }
    let length = try Self.length(in: header)
    guard length <= Self.longestMessage else { throw .tooLong(length) }
    while buffer.count - start < length {
      guard fill() else { throw .truncated }
    }
    defer { start += length }
    return Array(buffer[start..<start + length])
  }

  private static func length(in header: [UInt8]) throws(Problem) -> Int {
    for line in String(decoding: header, as: UTF8.self).split(separator: "\r\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
      let digits = parts[1].filter { $0 != " " && $0 != "\t" }
      guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { break }
      return Int(digits) ?? Int.max
    }
    throw .badHeader
  }

  private mutating func nextByte() -> UInt8? {
    guard start < buffer.count || fill() else { return nil }
    defer { start += 1 }
    return buffer[start]
  }

  /// Reads on; false at the end of the stream.
  private mutating func fill() -> Bool {
    if start > 0 {
      buffer.removeFirst(start)
      start = 0
    }
    let piece = read(Self.pieceSize)
    buffer += piece
    return !piece.isEmpty
  }
}

extension [UInt8] {
  fileprivate func ends(in end: [UInt8]) -> Bool {
    count >= end.count && suffix(end.count).elementsEqual(end)
  }
}
