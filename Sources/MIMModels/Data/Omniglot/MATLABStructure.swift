import MIMFormats
import MIMTensor

/// What the arrays of a version 5 `.mat` file declare of themselves, compared with the bytes that
/// are there, before libmatio opens it: libmatio takes as much memory as a file asks for.
///
/// The format: MathWorks, "MAT-File Format", "Level 5 MAT-File Format".
struct MATLABStructure {
  private let file: FileReader
  private let isBigEndian: Bool

  private static let headerSize = 128
  /// Tags of elements in the format.
  private static let (int8, int32, uint32): (Int, Int, Int) = (1, 5, 6)
  private static let (matrix, compressed): (Int, Int) = (14, 15)
  /// More axes and longer names than MATLAB itself writes (its names end at 63 characters).
  private static let (maxAxes, maxNameLength): (Int, Int) = (32, 512)
  /// As much of an array as its flags, axes and name can take.
  private static let prefixSize = 1_024
  /// Deflate packs 1,032 : 1 at best, so that a declared size can be compared with packed bytes.
  private static let maxPacking = 1_032

  /// Checks every array of the file at `path`. Throws what is wrong: another format or version,
  /// an array that declares more than the file holds, or one that is neither numbers nor text.
  static func check(_ path: String) throws {
    let file = try FileReader(path)
    let header = try file.prefix(headerSize)
    guard header.count == headerSize, let isBigEndian = byteOrder(header) else {
      throw isOtherVersion(header, file.size)
        ? otherVersion(path) : FileError.wrongMagic(path: path, expected: "a .mat file")
    }
    try MATLABStructure(file: file, isBigEndian: isBigEndian).checkArrays()
  }

  /// Whether numbers are big-endian; nothing if it isn't a file of version 5.
  private static func byteOrder(_ header: [UInt8]) -> Bool? {
    switch Array(header[124...]) {
    case [0, 1, 0x49, 0x4d]: false
    case [1, 0, 0x4d, 0x49]: true
    default: nil
    }
  }

  /// Version 4 starts without a signature: five small numbers, type, rows, columns, 0 or 1, and
  /// the length of a name. Version 7.3 is HDF5 behind the header of version 5.
  private static func isOtherVersion(_ header: [UInt8], _ size: Int) -> Bool {
    if header.count == headerSize, [[0, 2], [2, 0]].contains(Array(header[124..<126])) {
      return true
    }
    guard header.count >= 20 else { return false }
    return [false, true].contains { isBigEndian in
      let words = (0..<5).map { number(header, at: 4 * $0, isBigEndian) }
      return words[0] <= 4_052 && words[3] <= 1 && (1...size).contains(words[4])
    }
  }

  static func otherVersion(_ path: String) -> FileError {
    .unsupported(
      path: path, detail: "it is a .mat file, but not of version 5; save it with -v6 or -v7")
  }

  private static func number(_ bytes: [UInt8], at offset: Int, _ isBigEndian: Bool) -> Int {
    let four = bytes[offset..<offset + 4]
    return (isBigEndian ? Array(four) : four.reversed()).reduce(0) { $0 << 8 | Int($1) }
  }

  private func checkArrays() throws {
    var offset = Self.headerSize
    while offset < file.size {
      guard file.size - offset >= 8 else {
        throw FileError.truncated(path: file.path, detail: "its last array is not there")
      }
      let tag = try file.read(at: offset, count: 8)
      let (type, size) = (number(tag, at: 0), number(tag, at: 4))
      let there = min(size, file.size - offset - 8)
      let name = try checkArray(type: type, at: offset + 8, there: there)
      guard there == size else {
        throw FileError.truncated(
          path: file.path, detail: "\(name) needs \(size) bytes, \(there) are there")
      }
      offset += 8 + size
    }
  }

  /// Checks the array of `there` bytes at `offset`, and gives its name.
  private func checkArray(type: Int, at offset: Int, there: Int) throws -> String {
    let start = try file.read(at: offset, count: min(there, 4 * Self.prefixSize))
    switch type {
    case Self.matrix: return try checkParts(start, limit: there)
    case Self.compressed:
      let inner = try Zlib.prefix(of: start, path: file.path, count: Self.prefixSize)
      guard inner.count > 8, number(inner, at: 0) == Self.matrix else {
        throw malformed("a packed part is not an array")
      }
      return try checkParts(
        Array(inner[8...]), limit: min(number(inner, at: 4), there * Self.maxPacking))
    default: throw malformed("a part of type \(type) stands where an array should be")
    }
  }

  /// Checks flags, axes and name of an array that has at most `limit` bytes.
  private func checkParts(_ bytes: [UInt8], limit: Int) throws -> String {
    var place = 0
    let flags = try part(bytes, &place, type: Self.uint32, of: "flags", atMost: 8)
    guard flags.count == 8 else { throw malformed("an array has no flags") }
    let axes = try part(bytes, &place, type: Self.int32, of: "axes", atMost: 4 * Self.maxAxes)
    guard axes.count >= 8, axes.count % 4 == 0 else { throw malformed("an array has no axes") }
    let letters = try part(bytes, &place, type: Self.int8, of: "name", atMost: Self.maxNameLength)
    let name = String(decoding: letters, as: UTF8.self)
    let kind = number(flags, at: 0) & 0xff
    guard kind == 4 || (6...15).contains(kind) else {
      throw FileError.unsupported(
        path: file.path,
        detail: "\(name) is neither numbers nor text (a cell, a structure, …); save it without")
    }
    var count = 1
    for axis in 0..<axes.count / 4 {
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: number(axes, at: 4 * axis))
      // Every value takes a byte or more.
      guard !isTooLarge, product <= limit else {
        throw malformed("\(name) declares more values than the file has bytes")
      }
      count = product
    }
    return name
  }

  /// The next part of an array: a tag of eight bytes and what it announces, padded to eight; or up
  /// to four bytes within the tag.
  private func part(
    _ bytes: [UInt8], _ place: inout Int, type: Int, of what: String, atMost limit: Int
  ) throws -> [UInt8] {
    guard bytes.count - place >= 8 else { throw malformed("an array ends before its \(what)") }
    let first = number(bytes, at: place)
    let isSmall = first >> 16 != 0
    let size = isSmall ? first >> 16 : number(bytes, at: place + 4)
    guard first & 0xffff == type, first >> 16 == 0 || size <= 4, size <= limit else {
      throw malformed("the \(what) of an array cannot be read")
    }
    let start = place + (isSmall ? 4 : 8)
    guard bytes.count - start >= size else { throw malformed("an array ends within its \(what)") }
    place = isSmall ? place + 8 : start + (size + 7) / 8 * 8
    return Array(bytes[start..<start + size])
  }

  private func number(_ bytes: [UInt8], at offset: Int) -> Int {
    Self.number(bytes, at: offset, isBigEndian)
  }

  private func malformed(_ detail: String) -> FileError {
    .malformed(path: file.path, format: "MAT", detail: detail)
  }
}
