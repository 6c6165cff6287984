import CZip
import MIMTensor

/// A zip archive of drawings, read by libzip. Everything that its directory announces is checked
/// before a byte is unpacked.
final class DrawingArchive: DrawingSource {
  let path: String
  let entries: [(name: String, number: Int)]
  private let archive: OpaquePointer
  /// The most members and unpacked bytes that are read.
  private static let largestCount = 1_000_000
  private static let largestContent: UInt64 = 1 << 30

  init(_ path: String) throws {
    self.path = path
    // Before libzip opens it: pipes and devices are refused without blocking.
    _ = try FileReader(path)
    var code: Int32 = 0
    guard let archive = zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, &code) else {
      throw Self.error(code, path)
    }
    self.archive = archive
    do {
      entries = try Self.entries(archive, path)
    } catch {
      zip_discard(archive)
      throw error
    }
  }

  deinit { zip_discard(archive) }

  /// The member's bytes, exactly as many as announced; libzip checks their CRC.
  func bytes(of drawing: OmniglotDrawings.Drawing) throws -> [UInt8] {
    let place = "\(path):\(drawing.path)"
    let status = try Self.status(archive, UInt64(drawing.member), path)
    guard status.size <= UInt64(OmniglotDrawings.largestDrawing) else {
      throw FileError.tooLarge(path: place, limit: OmniglotDrawings.largestDrawing)
    }
    guard let file = zip_fopen_index(archive, UInt64(drawing.member), 0) else {
      throw Self.malformed(place, String(cString: zip_strerror(archive)))
    }
    defer { zip_fclose(file) }
    // One byte more than announced: reading to the end makes libzip compare the checksum.
    var bytes = [UInt8](repeating: 0, count: Int(status.size) + 1)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        zip_fread(file, buffer.baseAddress.map { $0 + count }, UInt64(buffer.count - count))
      }
      guard got >= 0 else {
        throw Self.malformed(place, String(cString: zip_file_strerror(file)))
      }
      if got == 0 { break }
      count += Int(got)
    }
    guard count == Int(status.size) else {
      throw Self.malformed(place, "its unpacked size is not the one declared")
    }
    bytes.removeLast()
    return bytes
  }

  func file() throws -> DataFile? { try DataFile.read(path).file }

  private static func entries(
    _ archive: OpaquePointer, _ path: String
  ) throws -> [(name: String, number: Int)] {
    let count = zip_get_num_entries(archive, 0)
    guard (0...Int64(largestCount)).contains(count) else {
      throw malformed(path, "it declares \(count) members")
    }
    var entries: [(name: String, number: Int)] = []
    var content: UInt64 = 0
    for number in 0..<UInt64(count) {
      let status = try status(archive, number, path)
      let name = String(cString: status.name)
      try check(name, status, archive, number, path)
      let (sum, overflow) = content.addingReportingOverflow(status.size)
      content = sum
      guard !overflow, content <= largestContent else {
        throw FileError.tooLarge(path: path, limit: Int(largestContent))
      }
      if DrawingName.isDrawing(name) { entries.append((name, Int(number))) }
    }
    return entries
  }

  /// Refuses what no honest archive of pictures has. Nothing is ever unpacked to disk, so these
  /// names could do no harm here; but such an archive is not what its user thinks it is.
  private static func check(
    _ name: String, _ status: zip_stat, _ archive: OpaquePointer, _ number: UInt64,
    _ path: String
  ) throws {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !name.isEmpty, !name.hasPrefix("/"), !name.contains("\\"), !parts.contains("..") else {
      throw malformed(path, "the member name \(name.prefix(80)) points outside the archive")
    }
    var system: UInt8 = 0
    var attributes: UInt32 = 0
    zip_file_get_external_attributes(archive, number, 0, &system, &attributes)
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

  private static func status(
    _ archive: OpaquePointer, _ number: UInt64, _ path: String
  ) throws -> zip_stat {
    var status = zip_stat()
    zip_stat_init(&status)
    let needed = UInt64(ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE)
    guard zip_stat_index(archive, number, 0, &status) == 0, status.valid & needed == needed,
      status.name != nil
    else { throw malformed(path, "member \(number + 1) has no name or size") }
    return status
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
      return .wrongMagic(path: path, expected: "a zip archive, or it is truncated; copy it again")
    default: return malformed(path, String(cString: zip_error_strerror(&error)))
    }
  }
}
