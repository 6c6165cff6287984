/// An array with the element type it has in a file. Half-precision types are widened to
/// `float32` and narrow integers to `int64` when they are read.
public enum StoredArray: Sendable, Equatable {
  case float32(HostArray<Float>)
  case float64(HostArray<Double>)
  case int64(HostArray<Int64>)
  case int32(HostArray<Int32>)
  case uint8(HostArray<UInt8>)
  case bool(HostArray<Bool>)

  /// The extents, outermost first.
  public var shape: Shape {
    switch self {
    case .float32(let array): array.shape
    case .float64(let array): array.shape
    case .int64(let array): array.shape
    case .int32(let array): array.shape
    case .uint8(let array): array.shape
    case .bool(let array): array.shape
    }
  }

  /// The element type as safetensors writes it: `F32`, `F64`, `I64`, `I32`, `U8`, `BOOL`.
  public var typeName: String {
    switch self {
    case .float32: "F32"
    case .float64: "F64"
    case .int64: "I64"
    case .int32: "I32"
    case .uint8: "U8"
    case .bool: "BOOL"
    }
  }

  /// The elements as `Float`, rounded to nearest where they do not fit exactly; true is 1.
  public var floats: HostArray<Float> {
    switch self {
    case .float32(let array): array
    case .float64(let array): array.mapped { Float($0) }
    case .int64(let array): array.mapped { Float($0) }
    case .int32(let array): array.mapped { Float($0) }
    case .uint8(let array): array.mapped { Float($0) }
    case .bool(let array): array.mapped { $0 ? 1 : 0 }
    }
  }

  /// The elements as `Double`, rounded to nearest where they do not fit exactly; true is 1.
  public var doubles: HostArray<Double> {
    switch self {
    case .float32(let array): array.mapped { Double($0) }
    case .float64(let array): array
    case .int64(let array): array.mapped { Double($0) }
    case .int32(let array): array.mapped { Double($0) }
    case .uint8(let array): array.mapped { Double($0) }
    case .bool(let array): array.mapped { $0 ? 1 : 0 }
    }
  }

  /// The elements as integers; nil when one is not a whole number that fits.
  public var integers: HostArray<Int64>? {
    switch self {
    case .float32(let array): array.exactlyMapped { Int64(exactly: $0) }
    case .float64(let array): array.exactlyMapped { Int64(exactly: $0) }
    case .int64(let array): array
    case .int32(let array): array.mapped { Int64($0) }
    case .uint8(let array): array.mapped { Int64($0) }
    case .bool(let array): array.mapped { $0 ? 1 : 0 }
    }
  }
}

extension HostArray {
  /// The same shape with every element converted.
  package func mapped<Result>(_ convert: (Element) -> Result) -> HostArray<Result> {
    HostArray<Result>(elements.map(convert), shape: shape)
  }

  /// The same shape with every element converted, nil as soon as one cannot be.
  package func exactlyMapped<Result>(_ convert: (Element) -> Result?) -> HostArray<Result>? {
    var converted: [Result] = []
    converted.reserveCapacity(count)
    for element in elements {
      guard let result = convert(element) else { return nil }
      converted.append(result)
    }
    return HostArray<Result>(converted, shape: shape)
  }
}
