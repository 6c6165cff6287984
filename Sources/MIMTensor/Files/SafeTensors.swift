/// Named arrays with text metadata in the safetensors format.
///
/// The file is: the header's length N as 8 bytes little-endian, N bytes of JSON, the arrays' bytes
/// little-endian in row-major order. The header maps each name to `{"dtype", "shape",
/// "data_offsets": [begin, end]}`, with offsets counted from the end of the header, and
/// `__metadata__` to an object of strings. The arrays must fill the rest of the file without
/// holes or overlaps (https://github.com/huggingface/safetensors).
public struct SafeTensors: Sendable, Equatable {
  /// The arrays by name.
  public var tensors: [String: StoredArray]
  /// `__metadata__`: text by key.
  public var metadata: [String: String]

  /// The longest header that is read, as in the reference implementation.
  public static let headerLimit = 100_000_000

  /// Content that is not in a file yet.
  public init(tensors: [String: StoredArray] = [:], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Reads and checks the file at `path`. F16 and BF16 come out as F32.
  public init(contentsOf path: String) throws {
    try self.init(bytes: FileReader.bytes(of: path), path: path)
  }

  /// Reads and checks bytes, also against their checksum where they have one; `path` only appears in errors.
  public init(bytes: [UInt8], path: String) throws {
    let header = try SafeTensorsHeader(bytes: bytes, path: path)
    try Self.verify(bytes, header, path: path)
    metadata = header.metadata
    tensors = [:]
    for entry in header.entries {
      tensors[entry.name] = try entry.decode(bytes, dataStart: header.dataStart, path: path)
    }
  }

  /// Only the names, types and shapes: reads the header, not the arrays.
  public static func readHeader(of path: String) throws -> SafeTensorsHeader {
    let file = try FileReader(path)
    let length = try SafeTensorsHeader.length(in: file.prefix(8), path: path)
    return try SafeTensorsHeader(
      json: file.read(at: 8, count: length), dataSize: file.size - 8 - length, path: path)
  }

  /// Writes the file, replacing an old one only when all is written.
  public func write(to path: String) throws { try AtomicFile.write(encoded(), to: path) }
}
