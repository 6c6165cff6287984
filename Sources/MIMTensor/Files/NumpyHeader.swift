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

  private let elements: Elements
  let isBigEndian: Bool

  /// What an element is.
  private enum Elements: Equatable {
    case number(ElementType)
    /// So many code points of four bytes (`<U7`), or so many bytes of UTF-8 (`|S7`).
    case text(width: Int, isUnicode: Bool)

    init?(kind: Character, size: Int) {
      if let type = ElementType(numpyKind: kind, size: size) {
        self = .number(type)
      } else if "US".contains(kind), (0...1 << 20).contains(size) {
        self = .text(width: size, isUnicode: kind == "U")
      } else {
        return nil
      }
    }

    /// Bytes per element.
    var size: Int {
      switch self {
      case .number(let type): type.size
      case .text(let width, let isUnicode): isUnicode ? 4 * width : width
      }
    }
  }

  /// What is read of a file to see its header.
  static let readAhead = 1 << 16

  /// Whether the elements are bytes (`u1`), as images are.
  public var isByte: Bool { elements == .number(.uint8) }
  /// Whether the elements are true or false.
  public var isBool: Bool { elements == .number(.bool) }
  /// Whether the elements are texts, which only ``texts(_:)`` reads.
  public var isText: Bool { if case .text = elements { true } else { false } }

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
      let elements = Elements(kind: kind, size: size)
    else {
      throw Self.unsupported(name, path)
    }
    guard byteCount(content.shape, elements.size) != nil else {
      throw FileError.malformed(path: path, format: "npy", detail: "its shape is impossibly large")
    }
    self.typeName = name
    self.isFortranOrder = content.isFortranOrder
    self.shape = Shape(content.shape)
    self.dataStart = end
    self.path = path
    self.elements = elements
    self.isBigEndian = order == ">"
  }

  /// Throws unless a file of `size` bytes is exactly as long as its header says.
  func checkSize(_ size: Int) throws {
    let needed = shape.count * elements.size
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
    guard case .number(let type) = elements else { throw Self.unsupported(typeName, path) }
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

  /// Reads the texts out of the whole file's bytes: those of an array `[n]` or `[n, 1]`.
  func texts(_ bytes: [UInt8]) throws -> [String] {
    try checkSize(bytes.count)
    guard case .text(let width, let isUnicode) = elements else {
      throw Self.unsupported(typeName, path)
    }
    guard shape.rank >= 1, shape.dimensions.dropFirst().allSatisfy({ $0 == 1 }) else {
      throw FileError.unsupported(path: path, detail: "texts need the shape [n], not \(shape)")
    }
    return try (0..<shape[0]).map { index in
      let start = dataStart + index * elements.size
      let element = bytes[start..<start + elements.size]
      guard let text = isUnicode ? codePoints(element, width) : Self.utf8(element) else {
        throw FileError.malformed(
          path: path, format: "npy", detail: "text \(index + 1) is not valid Unicode")
      }
      return text
    }
  }

  /// Four bytes a code point; zeros at the end fill up.
  private func codePoints(_ bytes: ArraySlice<UInt8>, _ width: Int) -> String? {
    var text = String.UnicodeScalarView()
    let points = (0..<width).map { place in
      let own = bytes.dropFirst(4 * place).prefix(4)
      return (isBigEndian ? Array(own) : own.reversed()).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    let count = points.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
    for point in points.prefix(count) {
      guard let scalar = Unicode.Scalar(point) else { return nil }
      text.append(scalar)
    }
    return String(text)
  }

  private static func utf8(_ bytes: ArraySlice<UInt8>) -> String? {
    let end = bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? bytes.startIndex
    return String(validating: bytes[bytes.startIndex..<end], as: UTF8.self)
  }

  private static func unsupported(_ typeName: String, _ path: String) -> FileError {
    .unsupported(
      path: path, detail: "its elements have the type '\(typeName)'; save numbers or bools")
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
