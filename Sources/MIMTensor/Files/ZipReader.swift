import CZlib

/// Reads the members of a zip archive (APPNOTE 6.3.9: stored and deflated, with Zip64).
struct ZipReader {
  /// One file inside the archive.
  struct Member {
    let name: String
    let method: UInt16
    let crc: UInt32
    let packedSize: Int
    let size: Int
    let headerOffset: Int
  }

  /// The members in the order of the directory; no two have the same name.
  let members: [Member]
  private let file: FileReader

  init(_ path: String) throws {
    file = try FileReader(path)
    guard try file.prefix(2) == Array("PK".utf8) else {
      throw FileError.wrongMagic(path: path, expected: "an .npz file (a zip archive)")
    }
    let directory = try ZipDirectoryPlace(file)
    var bytes = ByteCursor(try file.read(at: directory.offset, count: directory.size), path: path)
    var members: [Member] = []
    var names: Set<String> = []
    for _ in 0..<directory.count {
      let member = try Self.member(&bytes)
      guard names.insert(member.name).inserted else {
        throw bytes.malformed("\(member.name) occurs twice")
      }
      members.append(member)
    }
    self.members = members
  }

  /// The unpacked bytes of a member, checked against size and CRC.
  func read(_ member: Member, limit: Int = 8 << 30) throws -> [UInt8] {
    let path = "\(file.path):\(member.name)"
    guard member.size <= limit else { throw FileError.tooLarge(path: path, limit: limit) }
    let packed = try file.read(at: dataOffset(of: member), count: member.packedSize)
    let bytes: [UInt8]
    switch member.method {
    case 0: bytes = packed
    case 8:
      bytes = try Inflation(format: .raw, path: path, limit: member.size + 1)
        .run(packed, sizeHint: min(member.size, packed.count * 1_032) + 1)
    default:
      throw FileError.unsupported(
        path: path, detail: "zip compression method \(member.method) is not supported")
    }
    guard bytes.count == member.size, Self.crc(bytes) == member.crc else {
      throw FileError.malformed(path: path, format: "zip", detail: "the size or checksum is wrong")
    }
    return bytes
  }

  /// The first bytes of a member, `count` or fewer, unchecked.
  func readPrefix(of member: Member, count: Int) throws -> [UInt8] {
    let path = "\(file.path):\(member.name)"
    let packed = try file.read(
      at: dataOffset(of: member), count: min(member.packedSize, count))
    switch member.method {
    case 0: return packed
    case 8:
      return try Inflation(format: .raw, path: path, limit: count, isPrefix: true)
        .run(packed, sizeHint: count)
    default:
      throw FileError.unsupported(
        path: path, detail: "zip compression method \(member.method) is not supported")
    }
  }

  static func crc(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer { buffer in
      UInt32(truncatingIfNeeded: crc32_z(0, buffer.baseAddress, buffer.count))
    }
  }

  /// The local header repeats name and extra field with lengths of its own.
  private func dataOffset(of member: Member) throws -> Int {
    guard member.headerOffset <= file.size else {
      throw FileError.truncated(path: file.path, detail: "\(member.name) is beyond its end")
    }
    var local = ByteCursor(try file.read(at: member.headerOffset, count: 30), path: file.path)
    guard try local.uint32() == 0x0403_4b50 else {
      throw local.malformed("\(member.name) has no local header")
    }
    try local.skip(22)
    let lengths = Int(try local.uint16()) + Int(try local.uint16())
    return member.headerOffset + 30 + lengths
  }

  private static func member(_ bytes: inout ByteCursor) throws -> Member {
    guard try bytes.uint32() == 0x0201_4b50 else { throw bytes.malformed("damaged directory") }
    try bytes.skip(4)
    let flags = try bytes.uint16()
    guard flags & 1 == 0 else {
      throw FileError.unsupported(path: bytes.path, detail: "it is encrypted")
    }
    let method = try bytes.uint16()
    try bytes.skip(4)
    let crc = try bytes.uint32()
    var sizes = ZipSizes(
      packed: UInt64(try bytes.uint32()), unpacked: UInt64(try bytes.uint32()), offset: 0)
    let nameLength = Int(try bytes.uint16())
    let extraLength = Int(try bytes.uint16())
    let commentLength = Int(try bytes.uint16())
    try bytes.skip(8)
    sizes.offset = UInt64(try bytes.uint32())
    let name = String(decoding: try bytes.take(nameLength), as: UTF8.self)
    try sizes.widen(ByteCursor(Array(try bytes.take(extraLength)), path: bytes.path))
    try bytes.skip(commentLength)
    guard let packed = Int(exactly: sizes.packed), let size = Int(exactly: sizes.unpacked),
      let offset = Int(exactly: sizes.offset)
    else { throw bytes.malformed("\(name) has an impossible size") }
    return Member(
      name: name, method: method, crc: crc, packedSize: packed, size: size, headerOffset: offset)
  }
}
