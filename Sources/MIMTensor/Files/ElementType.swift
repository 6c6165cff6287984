/// The element types of array files, with the reading of their bytes.
enum ElementType: Sendable {
  case float16, bfloat16, float32, float64
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case bool

  /// By the name that safetensors uses; nil when it is not read.
  init?(safetensorsName name: String) {
    switch name {
    case "F16": self = .float16
    case "BF16": self = .bfloat16
    case "F32": self = .float32
    case "F64": self = .float64
    case "I8": self = .int8
    case "I16": self = .int16
    case "I32": self = .int32
    case "I64": self = .int64
    case "U8": self = .uint8
    case "U16": self = .uint16
    case "U32": self = .uint32
    case "U64": self = .uint64
    case "BOOL": self = .bool
    default: return nil
    }
  }

  /// By kind and size as in NumPy's `<f4`; nil when it is not read.
  init?(numpyKind kind: Character, size: Int) {
    switch (kind, size) {
    case ("f", 2): self = .float16
    case ("f", 4): self = .float32
    case ("f", 8): self = .float64
    case ("i", 1): self = .int8
    case ("i", 2): self = .int16
    case ("i", 4): self = .int32
    case ("i", 8): self = .int64
    case ("u", 1): self = .uint8
    case ("u", 2): self = .uint16
    case ("u", 4): self = .uint32
    case ("u", 8): self = .uint64
    case ("b", 1): self = .bool
    default: return nil
    }
  }

  /// Bytes per element.
  var size: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// Bytes per element of the named safetensors type; nil when it is not read.
  static func size(of name: String) -> Int? { ElementType(safetensorsName: name)?.size }

  /// Reads an array; nil when an unsigned number is beyond `Int64` or a bool is not 0 or 1.
  /// Precondition: `bytes` has `shape.count * size` bytes.
  func decode(
    _ bytes: UnsafeRawBufferPointer, shape: Shape, swapped: Bool = false
  ) -> StoredArray? {
    let source = ElementSource(bytes: bytes, shape: shape, swapped: swapped)
    switch self {
    case .float16: return .float32(source.map(UInt16.self) { Float(Float16(bitPattern: $0)) })
    case .bfloat16:
      return .float32(source.map(UInt16.self) { Float(bitPattern: UInt32($0) << 16) })
    case .float32: return .float32(source.map(UInt32.self) { Float(bitPattern: $0) })
    case .float64: return .float64(source.map(UInt64.self) { Double(bitPattern: $0) })
    case .int8: return .int64(source.map(Int8.self) { Int64($0) })
    case .int16: return .int64(source.map(Int16.self) { Int64($0) })
    case .int32: return .int32(source.map(Int32.self) { $0 })
    case .int64: return .int64(source.map(Int64.self) { $0 })
    case .uint8: return .uint8(source.map(UInt8.self) { $0 })
    case .uint16: return .int64(source.map(UInt16.self) { Int64($0) })
    case .uint32: return .int64(source.map(UInt32.self) { Int64($0) })
    case .uint64:
      return source.map(UInt64.self) { $0 }.exactlyMapped { Int64(exactly: $0) }
        .map { .int64($0) }
    case .bool:
      return source.map(UInt8.self) { $0 }.exactlyMapped { $0 > 1 ? nil : $0 == 1 }
        .map { .bool($0) }
    }
  }
}

/// Bytes seen as integers of a given width and byte order.
private struct ElementSource {
  let bytes: UnsafeRawBufferPointer
  let shape: Shape
  let swapped: Bool

  func map<Raw: FixedWidthInteger & BitwiseCopyable, Result>(
    _ type: Raw.Type, _ convert: (Raw) -> Result
  ) -> HostArray<Result> {
    let width = MemoryLayout<Raw>.size
    let count = shape.count
    let elements = [Result](unsafeUninitializedCapacity: count) { buffer, filled in
      for index in 0..<count {
        let raw = bytes.loadUnaligned(fromByteOffset: index &* width, as: Raw.self)
        let value = convert(swapped ? raw.byteSwapped : Raw(littleEndian: raw))
        (buffer.baseAddress.unsafelyUnwrapped + index).initialize(to: value)
      }
      filled = count
    }
    return HostArray(elements, shape: shape)
  }
}

extension StoredArray {
  /// Appends the elements' bytes, little-endian in row-major order.
  func appendBytes(to output: inout [UInt8]) {
    switch self {
    case .float32(let array): append(array.elements, to: &output) { $0.bitPattern.littleEndian }
    case .float64(let array): append(array.elements, to: &output) { $0.bitPattern.littleEndian }
    case .int64(let array): append(array.elements, to: &output) { $0.littleEndian }
    case .int32(let array): append(array.elements, to: &output) { $0.littleEndian }
    case .uint8(let array): output.append(contentsOf: array.elements)
    case .bool(let array): append(array.elements, to: &output) { $0 ? UInt8(1) : 0 }
    }
  }

  private func append<Element, Raw: BitwiseCopyable>(
    _ elements: [Element], to output: inout [UInt8], _ convert: (Element) -> Raw
  ) {
    let width = MemoryLayout<Raw>.size
    let start = output.count
    output.append(contentsOf: repeatElement(0, count: elements.count * width))
    output.withUnsafeMutableBytes { bytes in
      for (index, element) in elements.enumerated() {
        bytes.storeBytes(
          of: convert(element), toByteOffset: start + index * width, as: Raw.self)
      }
    }
  }

  /// Bytes per element in a file.
  var elementSize: Int { ElementType.size(of: typeName) ?? 0 }
}
