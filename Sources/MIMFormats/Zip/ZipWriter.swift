import CZip

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Makes a zip archive of stored members in memory through libzip, each dated 1980-01-01: equal members give
/// equal bytes.
public final class ZipWriter {
  private let path: String
  private let source: OpaquePointer
  private var archive: OpaquePointer?
  private var isEmpty = true

  /// Starts an archive; `path` only appears in errors.
  public init(path: String) throws {
    var error = zip_error_t()
    zip_error_init(&error)
    defer { zip_error_fini(&error) }
    guard let source = zip_source_buffer_create(nil, 0, 0, &error) else {
      throw Self.failure(path, String(cString: zip_error_strerror(&error)))
    }
    guard let archive = zip_open_from_source(source, ZIP_TRUNCATE, &error) else {
      zip_source_free(source)
      throw Self.failure(path, String(cString: zip_error_strerror(&error)))
    }
    // One hold for the archive, which closing it gives up, and one for reading the bytes afterwards.
    zip_source_keep(source)
    (self.path, self.source, self.archive) = (path, source, archive)
  }

  deinit {
    if let archive { zip_discard(archive) }
    zip_source_free(source)
  }

  /// Adds a file.
  public func add(name: String, bytes: [UInt8]) throws {
    guard let archive else { return }
    // libzip reads the bytes when the archive is closed, and frees them then.
    guard let copy = malloc(max(bytes.count, 1)) else {
      throw Self.failure(path, "there is not enough memory for \(name)")
    }
    bytes.withUnsafeBytes { from in
      if let start = from.baseAddress { copy.copyMemory(from: start, byteCount: from.count) }
    }
    guard let content = zip_source_buffer(archive, copy, UInt64(bytes.count), 1) else {
      free(copy)
      throw failure(archive)
    }
    let number = zip_file_add(archive, name, content, zip_flags_t(ZIP_FL_ENC_UTF_8))
    guard number >= 0 else {
      zip_source_free(content)
      throw failure(archive)
    }
    isEmpty = false
    // 0x0021 is 1980-01-01 in the date format of zip.
    guard zip_set_file_compression(archive, UInt64(number), ZIP_CM_STORE, 0) == 0,
      zip_file_set_dostime(archive, UInt64(number), 0, 0x0021, 0) == 0
    else { throw failure(archive) }
  }

  /// The archive's bytes. Nothing can be added afterwards.
  public func finish() throws -> [UInt8] {
    // libzip deletes an archive without members, so the end record is written by hand.
    guard !isEmpty else { return Array("PK".utf8) + [5, 6] + [UInt8](repeating: 0, count: 18) }
    if let archive {
      guard zip_close(archive) == 0 else { throw failure(archive) }
      self.archive = nil
    }
    var status = zip_stat()
    zip_stat_init(&status)
    guard zip_source_stat(source, &status) == 0, let size = Int(exactly: status.size),
      zip_source_open(source) == 0
    else { throw sourceFailure }
    defer { zip_source_close(source) }
    return try [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      while filled < size {
        let got = zip_source_read(
          source, buffer.baseAddress.map { $0 + filled }, UInt64(size - filled))
        guard got > 0 else { throw sourceFailure }
        filled += Int(got)
      }
    }
  }

  private func failure(_ archive: OpaquePointer) -> FileError {
    Self.failure(path, String(cString: zip_strerror(archive)))
  }

  private var sourceFailure: FileError {
    Self.failure(path, String(cString: zip_error_strerror(zip_source_error(source))))
  }

  private static func failure(_ path: String, _ reason: String) -> FileError {
    .system(path: path, action: "write", reason: reason)
  }
}
