import CZlib

/// Reading of gzip (RFC 1952) through zlib.
public enum Gzip {
  /// Whether the bytes start like gzip.
  public static func isGzip(_ bytes: some Sequence<UInt8>) -> Bool {
    bytes.starts(with: [0x1f, 0x8b])
  }

  /// Unpacks all members of a gzip file and checks their CRCs. A file that ends too early and one
  /// that unpacks to more than `limit` bytes are errors; nothing is returned of either.
  public static func decompress(
    _ bytes: [UInt8], path: String, limit: Int = 4 << 30
  ) throws -> [UInt8] {
    guard isGzip(bytes) else { throw FileError.wrongMagic(path: path, expected: "a gzip file") }
    return try Inflation(path: path, limit: limit)
      .run(bytes, sizeHint: sizeHint(of: bytes))
  }

  /// Unpacks the beginning of a gzip file from its first bytes: up to `count` bytes, fewer when
  /// `bytes` end before. For headers.
  public static func prefix(of bytes: [UInt8], path: String, count: Int) throws -> [UInt8] {
    guard isGzip(bytes) else { throw FileError.wrongMagic(path: path, expected: "a gzip file") }
    return try Inflation(path: path, limit: count, isPrefix: true)
      .run(bytes, sizeHint: count)
  }

  /// The last four bytes tell the unpacked size modulo 2³²; deflate packs 1,032 : 1 at best, so a
  /// lying size cannot make us take more memory than that.
  private static func sizeHint(of bytes: [UInt8]) -> Int {
    guard bytes.count >= 18 else { return 64 }
    let size = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    return min(size, bytes.count.multipliedReportingOverflow(by: 1_032).partialValue) + 1
  }
}

/// Reading of zlib's own wrapping (RFC 1950).
public enum Zlib {
  /// Unpacks the beginning of data from its first bytes: up to `count` bytes, fewer when `bytes`
  /// end before. For headers.
  public static func prefix(of bytes: [UInt8], path: String, count: Int) throws -> [UInt8] {
    try Inflation(path: path, limit: count, isPrefix: true).run(bytes, sizeHint: count)
  }
}

/// One run of zlib's inflate over the bytes of a file.
struct Inflation {
  /// A window of 2^15 bytes, plus 32: the wrapping, zlib's or gzip's, is told by its first bytes.
  private static let windowBits: Int32 = 47

  let path: String
  /// The most bytes that may come out.
  let limit: Int
  /// Whether to stop quietly at `limit`, or where the input ends.
  var isPrefix = false

  /// Unpacks `bytes`; `sizeHint` is the size of the first allocation.
  func run(_ bytes: [UInt8], sizeHint: Int) throws -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(&stream, Self.windowBits, ZLIB_VERSION, size) == Z_OK else {
      throw FileError.system(path: path, action: "unpack", reason: "zlib does not start")
    }
    defer { inflateEnd(&stream) }
    var output = [UInt8](repeating: 0, count: max(1, min(limit, sizeHint)))
    var produced = 0
    var consumed = 0
    while true {
      if produced == output.count {
        if isPrefix { break }
        try grow(&output)
      }
      let status = step(&stream, bytes, &consumed, &output, &produced)
      if status == Z_STREAM_END {
        guard Gzip.isGzip(bytes[consumed...]) else { break }
        inflateReset(&stream)
      } else if status == Z_OK || status == Z_BUF_ERROR {
        guard consumed == bytes.count, produced < output.count else { continue }
        if isPrefix { break }
        throw FileError.truncated(path: path, detail: "the compressed data ends too early")
      } else {
        let reason = stream.msg.map { String(cString: $0) } ?? "damaged data"
        throw FileError.malformed(path: path, format: "compressed data", detail: reason)
      }
    }
    output.removeLast(output.count - produced)
    return output
  }

  private func grow(_ output: inout [UInt8]) throws {
    guard output.count < limit else { throw FileError.tooLarge(path: path, limit: limit) }
    let growth = min(limit - output.count, max(65_536, output.count))
    output.append(contentsOf: repeatElement(0, count: growth))
  }

  /// One call of inflate; zlib counts in 32 bits, so long buffers go in several calls.
  private func step(
    _ stream: inout z_stream, _ bytes: [UInt8], _ consumed: inout Int, _ output: inout [UInt8],
    _ produced: inout Int
  ) -> Int32 {
    bytes.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        let inputCount = UInt32(min(input.count - consumed, 1 << 30))
        let outputCount = UInt32(min(output.count - produced, 1 << 30))
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + consumed })
        stream.avail_in = inputCount
        stream.next_out = output.baseAddress.map { $0 + produced }
        stream.avail_out = outputCount
        let status = inflate(&stream, Z_NO_FLUSH)
        consumed += Int(inputCount - stream.avail_in)
        produced += Int(outputCount - stream.avail_out)
        return status
      }
    }
  }
}
