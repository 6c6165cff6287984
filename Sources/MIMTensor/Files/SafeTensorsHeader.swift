/// The checked header of a safetensors file.
public struct SafeTensorsHeader: Sendable, Equatable {
  /// One array: its name, type, shape and place.
  public struct Entry: Sendable, Equatable {
    /// The array's name.
    public let name: String
    /// The element type as written: `F32`, `BF16`, …
    public let typeName: String
    /// The extents, outermost first.
    public let shape: Shape
    /// Where its bytes lie behind the header.
    public let range: Range<Int>
  }

  /// The arrays in the order of their bytes.
  public let entries: [Entry]
  /// `__metadata__`: text by key.
  public let metadata: [String: String]
  /// Where the arrays begin in the file.
  public let dataStart: Int

  init(bytes: [UInt8], path: String) throws {
    let length = try Self.length(in: bytes, path: path)
    guard bytes.count - 8 >= length else {
      throw FileError.truncated(
        path: path,
        detail: "its header should have \(length) bytes, but the file has \(bytes.count)")
    }
    try self.init(
      json: Array(bytes[8..<8 + length]), dataSize: bytes.count - 8 - length, path: path)
  }

  init(json: [UInt8], dataSize: Int, path: String) throws {
    var scanner = HeaderScanner(json, path: path)
    var entries: [Entry] = []
    var metadata: [String: String]?
    var names: Set<String> = []
    guard json.first == UInt8(ascii: "{") else { throw scanner.error("it does not start with {") }
    try scanner.object { name, scanner in
      guard names.insert(name).inserted else {
        throw scanner.error("\"\(name)\" occurs twice")
      }
      if name == "__metadata__" {
        metadata = try scanner.stringObject()
      } else {
        entries.append(try Self.entry(name, &scanner))
      }
    }
    try scanner.end()
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound, $0.name)
        < ($1.range.lowerBound, $1.range.upperBound, $1.name)
    }
    try Self.checkPlaces(entries, dataSize: dataSize, scanner)
    self.entries = entries
    self.metadata = metadata ?? [:]
    self.dataStart = 8 + json.count
  }

  static func length(in bytes: [UInt8], path: String) throws -> Int {
    guard bytes.count >= 8 else {
      throw FileError.truncated(path: path, detail: "it has \(bytes.count) bytes")
    }
    let length = bytes[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length >= 2, length <= UInt64(SafeTensors.headerLimit) else {
      throw FileError.wrongMagic(path: path, expected: "a safetensors file")
    }
    return Int(length)
  }

  private static func entry(_ name: String, _ scanner: inout HeaderScanner) throws -> Entry {
    var typeName: String?
    var dimensions: [Int]?
    var offsets: [Int]?
    try scanner.object { key, scanner in
      switch key {
      case "dtype" where typeName == nil: typeName = try scanner.string()
      case "shape" where dimensions == nil: dimensions = try scanner.integers()
      case "data_offsets" where offsets == nil: offsets = try scanner.integers()
      default: throw scanner.error("\"\(name)\" has a \"\(key)\" that is unknown or occurs twice")
      }
    }
    guard let typeName, let dimensions, let offsets, offsets.count == 2,
      offsets[0] <= offsets[1]
    else { throw scanner.error("\"\(name)\" needs dtype, shape and data_offsets [begin, end]") }
    guard let elementSize = ElementType.size(of: typeName) else {
      throw FileError.unsupported(
        path: scanner.path, detail: "\"\(name)\" has the unsupported type \(typeName)")
    }
    guard let size = byteCount(dimensions, elementSize), size == offsets[1] - offsets[0] else {
      throw scanner.error(
        "\"\(name)\" has \(offsets[1] - offsets[0]) bytes, which is not \(typeName) × \(dimensions)"
      )
    }
    return Entry(
      name: name, typeName: typeName, shape: Shape(dimensions), range: offsets[0]..<offsets[1])
  }

  private static func checkPlaces(
    _ entries: [Entry], dataSize: Int, _ scanner: HeaderScanner
  ) throws {
    var end = 0
    for entry in entries {
      guard entry.range.upperBound <= dataSize else {
        throw FileError.truncated(
          path: scanner.path,
          detail: "\"\(entry.name)\" ends at byte \(entry.range.upperBound) of \(dataSize)")
      }
      guard entry.range.lowerBound == end else {
        throw scanner.error("\"\(entry.name)\" overlaps another array or leaves a gap")
      }
      end = entry.range.upperBound
    }
    guard end == dataSize else {
      throw scanner.error("there are \(dataSize - end) extra bytes after the last array")
    }
  }
}

/// The product of extents and element size; nil when it overflows.
func byteCount(_ dimensions: [Int], _ elementSize: Int) -> Int? {
  var total = elementSize
  for extent in dimensions {
    guard extent >= 0 else { return nil }
    let (product, overflow) = total.multipliedReportingOverflow(by: extent)
    guard !overflow else { return nil }
    total = product
  }
  // A zero extent hides others that `Shape.count` would overflow on.
  return dimensions.contains(0) ? zeroCount(dimensions) : total
}

/// 0 when the other extents alone do not overflow either.
private func zeroCount(_ dimensions: [Int]) -> Int? {
  byteCount(dimensions.filter { $0 != 0 }, 1) == nil ? nil : 0
}
