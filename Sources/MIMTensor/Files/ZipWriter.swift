/// Writes a zip archive of stored members, dated 1980-01-01: equal members give equal bytes.
struct ZipWriter {
  private var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  /// Adds a file. Zip's plain form holds 4 GiB and 65,535 files; more is an error.
  mutating func add(name: String, bytes content: [UInt8], path: String) throws {
    let offset = bytes.count
    guard content.count < 0xffff_ffff, offset < 0xffff_ffff, name.utf8.count < 0xffff,
      count < 0xffff
    else {
      throw FileError.unsupported(
        path: path, detail: "\(name) makes it larger than 4 GiB; save the arrays as .npy")
    }
    var common: [UInt8] = []
    // Version 2.0, flag "names are UTF-8", stored, midnight of 1980-01-01.
    for value in [20, 0x0800, 0, 0, 0x21] { Self.append16(value, &common) }
    for value in [Int(ZipReader.crc(content)), content.count, content.count] {
      Self.append32(value, &common)
    }
    Self.append16(name.utf8.count, &common)
    Self.append16(0, &common)

    Self.append32(0x0403_4b50, &bytes)
    bytes += common + Array(name.utf8) + content
    Self.append32(0x0201_4b50, &directory)
    Self.append16(20, &directory)
    directory += common
    for value in [0, 0, 0] { Self.append16(value, &directory) }
    Self.append32(0, &directory)
    Self.append32(offset, &directory)
    directory += Array(name.utf8)
    count += 1
  }

  /// The archive's bytes.
  func finish(path: String) throws -> [UInt8] {
    guard bytes.count < 0xffff_ffff else {
      throw FileError.unsupported(
        path: path, detail: "it would be larger than 4 GiB; save the arrays as .npy")
    }
    var end = bytes + directory
    Self.append32(0x0605_4b50, &end)
    for value in [0, 0, count, count] { Self.append16(value, &end) }
    Self.append32(directory.count, &end)
    Self.append32(bytes.count, &end)
    Self.append16(0, &end)
    return end
  }

  private static func append16(_ value: Int, _ bytes: inout [UInt8]) {
    bytes.append(UInt8(truncatingIfNeeded: value))
    bytes.append(UInt8(truncatingIfNeeded: value >> 8))
  }

  private static func append32(_ value: Int, _ bytes: inout [UInt8]) {
    append16(value, &bytes)
    append16(value >> 16, &bytes)
  }
}
