import MIMFormats

/// One array in NumPy's .npy format, versions 1 to 3.
public enum NumpyFile {
  /// Reads `<f2 <f4 <f8`, integers of all sizes and bool, of either byte order, in C or Fortran
  /// order; the result is row-major. Half floats widen to `float32`, integers other than `int32`
  /// and `uint8` to `int64`.
  public static func read(_ path: String) throws -> StoredArray {
    try parse(FileReader.bytes(of: path), path: path)
  }

  /// Reads bytes; `path` only appears in errors.
  public static func parse(_ bytes: [UInt8], path: String) throws -> StoredArray {
    try NumpyHeader(bytes, path: path).decode(bytes)
  }

  /// Reads the header only; throws when the file's size is not what the header says.
  public static func readHeader(of path: String) throws -> NumpyHeader {
    let file = try FileReader(path)
    let header = try NumpyHeader(file.prefix(NumpyHeader.readAhead), path: path)
    try header.checkSize(file.size)
    return header
  }

  /// Writes an array (version 1, C order), replacing an old file only when all is written.
  public static func write(_ array: StoredArray, to path: String) throws {
    try AtomicFile.write(encode(array), to: path)
  }
}

/// Several named arrays in NumPy's .npz format: a zip of .npy files.
public enum NumpyArchive {
  /// Reads all arrays, or those of `names`, stored or deflated, with their CRCs checked. An array
  /// is only unpacked when its header and the archive agree on its size.
  public static func read(
    _ path: String, names: Set<String>? = nil
  ) throws -> [String: StoredArray] {
    let archive = try ZipArchive(path, kind: "an .npz file (a zip archive)")
    var arrays: [String: StoredArray] = [:]
    for member in archive.members where member.name.hasSuffix(".npy") {
      let name = String(member.name.dropLast(4))
      guard names?.contains(name) ?? true else { continue }
      let header = try header(of: member, in: archive, path)
      arrays[name] = try header.decode(archive.read(member))
    }
    return arrays
  }

  /// Reads the arrays' headers only; throws when a size is not what its header says.
  public static func readHeaders(of path: String) throws -> [String: NumpyHeader] {
    let archive = try ZipArchive(path, kind: "an .npz file (a zip archive)")
    var headers: [String: NumpyHeader] = [:]
    for member in archive.members where member.name.hasSuffix(".npy") {
      headers[String(member.name.dropLast(4))] = try header(of: member, in: archive, path)
    }
    return headers
  }

  /// Reads the texts of one array, where its header says that it has some.
  public static func readTexts(_ path: String, name: String) throws -> [String] {
    let archive = try ZipArchive(path, kind: "an .npz file (a zip archive)")
    guard let member = archive.members.first(where: { $0.name == name + ".npy" }) else {
      throw FileError.malformed(path: path, format: "npz", detail: "there is no array \(name)")
    }
    return try header(of: member, in: archive, path).texts(archive.read(member))
  }

  private static func header(
    of member: ZipArchive.Member, in archive: ZipArchive, _ path: String
  ) throws -> NumpyHeader {
    let start = try archive.readPrefix(of: member, count: NumpyHeader.readAhead)
    let header = try NumpyHeader(start, path: "\(path):\(member.name)")
    try header.checkSize(member.size)
    return header
  }

  /// Writes arrays, replacing an old file only when all is written.
  public static func write(_ arrays: [String: StoredArray], to path: String) throws {
    try AtomicFile.write(encode(arrays, path: path), to: path)
  }

  /// The bytes of an archive of arrays in the order of their names, uncompressed and without a
  /// date: equal arrays give equal bytes. `path` only appears in errors.
  public static func encode(_ arrays: [String: StoredArray], path: String) throws -> [UInt8] {
    let zip = try ZipWriter(path: path)
    for (name, array) in arrays.sorted(by: { $0.key < $1.key }) {
      try zip.add(name: name + ".npy", bytes: NumpyFile.encode(array))
    }
    return try zip.finish()
  }
}
