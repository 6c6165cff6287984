/// The header of an .npy file: a magic string, a version, a length and a Python dictionary
/// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`
/// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
public struct NumpyHeader: Sendable, Equatable {
  /// The element type as written: `<f4`, `|u1`, …
  public let typeName: String
  /// Whether the first axis varies fastest.
  public let isFortranOrder: Bool
  /// The extents, outermost first.
  public let shape: Shape
  /// Where the elements begin.
  public let dataStart: Int
  /// The name that errors use.
  public let path: String

  let type: ElementType
  let isBigEndian: Bool

  /// What is read of a file to see its header.
  static let readAhead = 1 << 16

  /// Whether the elements are bytes (`u1`), as images are.
  public var isByte: Bool { type == .uint8 }
  /// Whether the elements are true or false.
  public var isBool: Bool { type == .bool }

  /// Reads the header at the beginning of `bytes`, which may be the whole file or its start.
  init(_ bytes: [UInt8], path: String) throws {
    guard !bytes.isEmpty else { throw FileError.truncated(path: path, detail: "it is empty") }
    guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw FileError.wrongMagic(path: path, expected: "an .npy file")
    }
    let (text, end) = try Self.dictionaryText(bytes, path: path)
    var dictionary = NumpyDictionaryScanner(text, path: path)
    let content = try dictionary.read()
    let order = content.descr.first.map(Character.init) ?? "?"
    let kind = content.descr.dropFirst().first.map(Character.init) ?? "?"
    let name = String(String.UnicodeScalarView(content.descr))
    guard "<>|=".contains(order),
      let size = Int(String(String.UnicodeScalarView(content.descr.dropFirst(2)))),
      let type = ElementType(numpyKind: kind, size: size)
    else {
      throw FileError.unsupported(
        path: path, detail: "its elements have the type '\(name)'; save numbers or bools")
    }
    guard byteCount(content.shape, type.size) != nil else {
      throw FileError.malformed(path: path, format: "npy", detail: "its shape is impossibly large")
    }
    self.typeName = name
    self.isFortranOrder = content.isFortranOrder
    self.shape = Shape(content.shape)
    self.dataStart = end
    self.path = path
    self.type = type
    self.isBigEndian = order == ">"
  }

  /// Throws unless a file of `size` bytes is exactly as long as its header says.
  func checkSize(_ size: Int) throws {
    let needed = shape.count * type.size
    guard size - dataStart >= needed else {
      throw FileError.truncated(
        path: path,
        detail: "it has \(size - dataStart) bytes of elements, but \(shape) needs \(needed)")
    }
    guard size - dataStart == needed else {
      throw FileError.malformed(
        path: path, format: "npy",
        detail: "there are \(size - dataStart - needed) bytes after the last element")
    }
  }

  /// Reads the elements out of the whole file's bytes.
  func decode(_ bytes: [UInt8]) throws -> StoredArray {
    try checkSize(bytes.count)
    let stored = isFortranOrder ? Shape(shape.dimensions.reversed()) : shape
    let array = bytes.withUnsafeBytes { all in
      type.decode(
        UnsafeRawBufferPointer(rebasing: all[dataStart...]), shape: stored, swapped: isBigEndian)
    }
    guard let array else {
      throw FileError.malformed(
        path: path, format: "npy",
        detail: "an element is beyond what \(typeName) allows here (bools are 0 or 1, integers "
          + "below 2^63)")
    }
    return isFortranOrder ? array.transposed() : array
  }

  private static func dictionaryText(
    _ bytes: [UInt8], path: String
  ) throws -> (text: ArraySlice<UInt8>, end: Int) {
    guard bytes.count >= 12 else {
      throw FileError.truncated(path: path, detail: "it ends inside its header")
    }
    let version = bytes[6]
    guard (1...3).contains(version) else {
      throw FileError.unsupported(path: path, detail: ".npy version \(version) is not known")
    }
    let start = version == 1 ? 10 : 12
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= readAhead - start else {
      throw FileError.malformed(path: path, format: "npy", detail: "its header is too long")
    }
    guard bytes.count >= start + length else {
      throw FileError.truncated(path: path, detail: "it ends inside its header")
    }
    return (bytes[start..<start + length], start + length)
  }
}

extension StoredArray {
  /// Reverses the axes: from what Fortran order looks like in C order to the array itself.
  func transposed() -> StoredArray {
    switch self {
    case .float32(let array): .float32(array.reversingAxes())
    case .float64(let array): .float64(array.reversingAxes())
    case .int64(let array): .int64(array.reversingAxes())
    case .int32(let array): .int32(array.reversingAxes())
    case .uint8(let array): .uint8(array.reversingAxes())
    case .bool(let array): .bool(array.reversingAxes())
    }
  }
}

extension HostArray {
  fileprivate func reversingAxes() -> HostArray {
    let target = Shape(shape.dimensions.reversed())
    guard shape.rank > 1, count > 0 else { return HostArray(elements, shape: target) }
    var strides = [Int](repeating: 1, count: shape.rank)
    for axis in 1..<shape.rank { strides[axis] = strides[axis - 1] * target[axis - 1] }
    // `strides[axis]` is the step in row-major source order of the target's axis `axis`.
    var index = [Int](repeating: 0, count: target.rank)
    var offset = 0
    var result: [Element] = []
    result.reserveCapacity(count)
    for _ in 0..<count {
      result.append(elements[offset])
      var axis = target.rank - 1
      while axis >= 0 {
        index[axis] += 1
        offset += strides[axis]
        if index[axis] < target[axis] { break }
        offset -= strides[axis] * target[axis]
        index[axis] = 0
        axis -= 1
      }
    }
    return HostArray(result, shape: target)
  }
}
