extension NumpyFile {
  /// The bytes of an .npy file, version 1, C order.
  public static func encode(_ array: StoredArray) -> [UInt8] {
    let dimensions = array.shape.dimensions.map(String.init)
    let shape =
      dimensions.count == 1 ? "(\(dimensions[0]),)" : "(\(dimensions.joined(separator: ", ")))"
    var header = "{'descr': '\(array.numpyTypeName)', 'fortran_order': False, 'shape': \(shape), }"
    // The elements start at a multiple of 64 behind magic, version and length (10 bytes).
    while (10 + header.utf8.count + 1) % 64 != 0 { header += " " }
    header += "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes.append(UInt8(truncatingIfNeeded: header.utf8.count))
    bytes.append(UInt8(truncatingIfNeeded: header.utf8.count >> 8))
    bytes.append(contentsOf: header.utf8)
    array.appendBytes(to: &bytes)
    return bytes
  }
}

extension StoredArray {
  fileprivate var numpyTypeName: String {
    switch self {
    case .float32: "<f4"
    case .float64: "<f8"
    case .int64: "<i8"
    case .int32: "<i4"
    case .uint8: "|u1"
    case .bool: "|b1"
    }
  }
}
