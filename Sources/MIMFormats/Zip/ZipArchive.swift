import CZip

/// A zip archive read by libzip: stored and deflated members, Zip64. What its directory announces is
/// checked before a byte is unpacked; nothing is ever unpacked to disk.
public final class ZipArchive {
  /// One file inside.
  public struct Member: Sendable {
    /// Its path inside the archive.
    public let name: String
    /// Its place in the directory, from 0.
    public let number: Int
    /// Its unpacked size in bytes, as announced.
    public let size: Int
  }

  /// The archive's path, as given.
  public let path: String
  /// The members in the order of the directory; no two have the same name.
  public let members: [Member]
  private let archive: OpaquePointer

  /// The most members that are read.
  private static let largestCount = 1_000_000

  /// Opens an archive and reads its directory. `kind` says in errors what was expected. Throws
  /// ``FileError``; an archive with encrypted members, with links or with names that point outside it is
  /// refused as a whole: it is not what its user thinks it is.
  public init(_ path: String, kind: String = "a zip archive") throws {
    self.path = path
    // Before libzip opens it: pipes and devices are refused without blocking.
    let start = try FileReader(path).prefix(2)
    guard start == Array("PK".utf8) else { throw FileError.wrongMagic(path: path, expected: kind) }
    var code: Int32 = 0
    guard let archive = zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, &code) else {
      throw Self.error(code, path)
    }
    self.archive = archive
    do {
      members = try Self.members(archive, path)
    } catch {
      zip_discard(archive)
      throw error
    }
  }

  deinit { zip_discard(archive) }

  /// A member's bytes, exactly as many as announced, with their checksum compared. Throws
  /// ``FileError``, also for more than `limit` bytes.
  public func read(_ member: Member, limit: Int = 8 << 30) throws -> [UInt8] {
    let place = "\(path):\(member.name)"
    guard member.size <= limit else { throw FileError.tooLarge(path: place, limit: limit) }
    // One byte more than announced: reading to the end makes libzip compare the checksum.
    let bytes = try unpack(member, upTo: member.size + 1)
    guard bytes.count == member.size else {
      throw Self.malformed(place, "its unpacked size is not the one declared")
    }
    return bytes
  }

  /// The first bytes of a member, `count` or fewer, without a look at its checksum.
  public func readPrefix(of member: Member, count: Int) throws -> [UInt8] {
    try unpack(member, upTo: min(count, member.size))
  }

  private func unpack(_ member: Member, upTo limit: Int) throws -> [UInt8] {
    let place = "\(path):\(member.name)"
    guard let file = zip_fopen_index(archive, UInt64(member.number), 0) else {
      throw Self.malformed(place, String(cString: zip_strerror(archive)))
    }
    defer { zip_fclose(file) }
    return try [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
      while filled < limit {
        let got = zip_fread(
          file, buffer.baseAddress.map { $0 + filled }, UInt64(limit - filled))
        guard got >= 0 else {
          throw Self.malformed(place, String(cString: zip_file_strerror(file)))
        }
        if got == 0 { break }
        filled += Int(got)
      }
    }
  }
}

extension ZipArchive {
  private static func members(_ archive: OpaquePointer, _ path: String) throws -> [Member] {
    let count = zip_get_num_entries(archive, 0)
    guard (0...Int64(largestCount)).contains(count) else {
      throw malformed(path, "it declares \(count) members")
    }
    var names: Set<String> = []
    return try (0..<Int(count)).map { number in
      let member = try member(archive, number, path)
      guard names.insert(member.name).inserted else {
        throw malformed(path, "\(member.name) occurs twice")
      }
      return member
    }
  }

  private static func member(
    _ archive: OpaquePointer, _ number: Int, _ path: String
  ) throws -> Member {
    var status = zip_stat()
    zip_stat_init(&status)
    let needed = UInt64(ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE)
    guard zip_stat_index(archive, UInt64(number), 0, &status) == 0,
      status.valid & needed == needed, let text = status.name,
      let size = Int(exactly: status.size)
    else { throw malformed(path, "member \(number + 1) has no name or size") }
    let name = String(cString: text)
    try check(name, status, archive, path)
    return Member(name: name, number: number, size: size)
  }

  private static func check(
    _ name: String, _ status: zip_stat, _ archive: OpaquePointer, _ path: String
  ) throws {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !name.isEmpty, !name.hasPrefix("/"), !name.contains("\\"), !parts.contains("..") else {
      throw malformed(path, "the member name \(name.prefix(80)) points outside the archive")
    }
    var system: UInt8 = 0
    var attributes: UInt32 = 0
    zip_file_get_external_attributes(archive, status.index, 0, &system, &attributes)
    let symbolicLink: UInt32 = 0o120000
    guard system != UInt8(ZIP_OPSYS_UNIX) || attributes >> 16 & 0o170000 != symbolicLink else {
      throw malformed(path, "the member \(name) is a symbolic link")
    }
    guard Int32(status.encryption_method) == ZIP_EM_NONE else {
      throw FileError.unsupported(path: path, detail: "it is encrypted")
    }
    // Deflate packs 1,032 : 1 at best.
    guard status.size / 1_040 <= status.comp_size else {
      throw malformed(path, "\(name) declares more data than its packed bytes can contain")
    }
  }

  private static func malformed(_ path: String, _ detail: String) -> FileError {
    .malformed(path: path, format: "zip", detail: detail)
  }

  private static func error(_ code: Int32, _ path: String) -> FileError {
    var error = zip_error_t()
    zip_error_init_with_code(&error, code)
    defer { zip_error_fini(&error) }
    switch code {
    case ZIP_ER_NOZIP:
      return .truncated(path: path, detail: "the end of the zip archive is missing")
    default: return malformed(path, String(cString: zip_error_strerror(&error)))
    }
  }
}
