import MIMFormats
import MIMTensor

/// An array of bytes in the IDX format of MNIST (LeCun, Cortes & Burges): two zero bytes, the
/// element type (8: unsigned byte), the number of axes, each extent as a big-endian 32-bit
/// number, then the elements in row-major order. A file that starts like gzip is unpacked.
struct IDXFile {
  /// The extents, outermost first.
  let shape: Shape
  /// Where the elements begin in the unpacked bytes.
  let dataStart: Int
  /// The unpacked bytes.
  let bytes: [UInt8]
  /// For provenance.
  let file: DataFile

  /// The elements.
  var elements: ArraySlice<UInt8> { bytes[dataStart...] }

  /// Reads the file at `path` and requires `rank` axes.
  init(_ path: String, rank: Int) throws {
    let (stored, file) = try DataFile.read(path)
    let bytes = Gzip.isGzip(stored) ? try Self.unpacked(stored, path: path, rank: rank) : stored
    try self.init(bytes: bytes, file: file, rank: rank)
  }

  /// Checks unpacked bytes.
  init(bytes: [UInt8], file: DataFile, rank: Int) throws {
    let path = file.path
    (shape, dataStart) = try Self.header(bytes, path: path, rank: rank)
    let size = bytes.count - dataStart
    guard size >= shape.count else {
      throw FileError.truncated(
        path: path, detail: "it has \(size) bytes of elements, but \(shape) needs \(shape.count)")
    }
    guard size == shape.count else {
      throw FileError.malformed(
        path: path, format: "IDX",
        detail: "there are \(size - shape.count) bytes after the last element")
    }
    self.bytes = bytes
    self.file = file
  }

  /// The header and the elements that it announces; what follows them is not unpacked.
  private static func unpacked(_ stored: [UInt8], path: String, rank: Int) throws -> [UInt8] {
    let start = try Gzip.prefix(of: stored, path: path, count: 64)
    let (shape, dataStart) = try header(start, path: path, rank: rank)
    do {
      return try Gzip.decompress(stored, path: path, limit: dataStart + shape.count + 1)
    } catch FileError.tooLarge {
      throw FileError.malformed(
        path: path, format: "IDX",
        detail: "it is longer than the \(shape.count) bytes that its header declares")
    }
  }

  /// The extents that the header of the file at `path` states, without reading the rest.
  static func readShape(of path: String, rank: Int) throws -> Shape {
    let start = try FileReader(path).prefix(1 << 12)
    let bytes = Gzip.isGzip(start) ? try Gzip.prefix(of: start, path: path, count: 64) : start
    return try header(bytes, path: path, rank: rank).shape
  }

  private static func header(
    _ bytes: [UInt8], path: String, rank: Int
  ) throws -> (shape: Shape, dataStart: Int) {
    guard !bytes.isEmpty else { throw FileError.truncated(path: path, detail: "it is empty") }
    guard bytes.starts(with: [0, 0, 8]), bytes.count > 3, Int(bytes[3]) == rank else {
      throw FileError.wrongMagic(
        path: path, expected: "an IDX file of unsigned bytes with \(rank) axes")
    }
    let dataStart = 4 + 4 * rank
    guard bytes.count >= dataStart else {
      throw FileError.truncated(path: path, detail: "it ends inside its header")
    }
    let extents = stride(from: 4, to: dataStart, by: 4).map { start in
      bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    var product = 1
    for extent in extents {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard !overflow, extent > 0, next <= 1 << 36 else {
        throw FileError.malformed(
          path: path, format: "IDX", detail: "its dimensions are \(extents)")
      }
      product = next
    }
    return (Shape(extents), dataStart)
  }
}

extension DataFile {
  /// All bytes of a file with its record.
  static func read(_ path: String) throws -> (bytes: [UInt8], file: DataFile) {
    let bytes = try FileReader.bytes(of: path)
    return (bytes, DataFile(path: path, bytes: bytes))
  }

  /// The record of bytes that were read from `path`.
  init(path: String, bytes: [UInt8]) {
    self.init(path: path, sha256: SHA256.hexadecimal(of: bytes), bytes: bytes.count)
  }
}
