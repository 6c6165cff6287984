/// Little-endian numbers from bytes, with every step checked.
struct ByteCursor {
  let path: String
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
  }

  var remaining: Int { bytes.count - position }

  func malformed(_ detail: String) -> FileError {
    .malformed(path: path, format: "zip", detail: detail)
  }

  mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else {
      throw FileError.truncated(path: path, detail: "its zip directory ends too early")
    }
    position += count
    return bytes[position - count..<position]
  }

  mutating func skip(_ count: Int) throws { _ = try take(count) }

  mutating func uint16() throws -> UInt16 {
    try take(2).reversed().reduce(0) { $0 << 8 | UInt16($1) }
  }

  mutating func uint32() throws -> UInt32 {
    try take(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  mutating func uint64() throws -> UInt64 {
    try take(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

/// Sizes of a member; the Zip64 extra field replaces those that are all ones.
struct ZipSizes {
  var packed: UInt64
  var unpacked: UInt64
  var offset: UInt64

  mutating func widen(_ extra: ByteCursor) throws {
    var extra = extra
    while extra.remaining >= 4 {
      let identifier = try extra.uint16()
      let field = Array(try extra.take(Int(try extra.uint16())))
      guard identifier == 1 else { continue }
      var values = ByteCursor(field, path: extra.path)
      if unpacked == 0xffff_ffff { unpacked = try values.uint64() }
      if packed == 0xffff_ffff { packed = try values.uint64() }
      if offset == 0xffff_ffff { offset = try values.uint64() }
    }
  }
}

/// Where the central directory of a zip archive lies.
struct ZipDirectoryPlace {
  let count: Int
  let size: Int
  let offset: Int

  /// Searches the end record backwards: a comment of up to 64 KiB may follow it.
  init(_ file: FileReader) throws {
    let length = min(file.size, 22 + 65_535)
    let tailStart = file.size - length
    let tail = try file.read(at: tailStart, count: length)
    let signature: [UInt8] = [0x50, 0x4b, 0x05, 0x06]
    guard length >= 22,
      let found = (0...(length - 22)).last(where: { tail[$0..<$0 + 4].elementsEqual(signature) })
    else {
      throw FileError.truncated(path: file.path, detail: "the end of the zip archive is missing")
    }
    var end = ByteCursor(Array(tail[(found + 10)...]), path: file.path)
    var count = UInt64(try end.uint16())
    var size = UInt64(try end.uint32())
    var offset = UInt64(try end.uint32())
    let locator = tailStart + found - 20
    if count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff, locator >= 0 {
      (count, size, offset) = try Self.wide(file, locator: locator)
    }
    guard let count = Int(exactly: count), let size = Int(exactly: size),
      let offset = Int(exactly: offset), size <= file.size, offset <= file.size - size
    else { throw end.malformed("its directory is outside the file") }
    self.count = count
    self.size = size
    self.offset = offset
  }

  private static func wide(
    _ file: FileReader, locator: Int
  ) throws -> (UInt64, UInt64, UInt64) {
    var place = ByteCursor(try file.read(at: locator, count: 20), path: file.path)
    guard try place.uint32() == 0x0706_4b50 else { throw place.malformed("no Zip64 locator") }
    try place.skip(4)
    guard let start = Int(exactly: try place.uint64()) else {
      throw place.malformed("its directory is outside the file")
    }
    var record = ByteCursor(try file.read(at: start, count: 56), path: file.path)
    guard try record.uint32() == 0x0606_4b50 else { throw record.malformed("no Zip64 record") }
    try record.skip(28)
    return (try record.uint64(), try record.uint64(), try record.uint64())
  }
}
