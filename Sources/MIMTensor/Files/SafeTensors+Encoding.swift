import MIMFormats

extension SafeTensors {
  /// The file's bytes; metadata that has ``checksumKey`` gets the checksum of these bytes there. Equal content gives equal bytes: arrays in order of element size (largest
  /// first, which keeps all aligned), then name; metadata in order of key.
  public func encoded() throws -> [UInt8] {
    let ordered = tensors.sorted {
      ($1.value.elementSize, $0.key) < ($0.value.elementSize, $1.key)
    }
    var members: [String] = []
    var metadata = metadata
    // Its digits come last, over everything else.
    if metadata[Self.checksumKey] != nil { metadata[Self.checksumKey] = Self.noChecksum }
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }
        .map {
          "\(JSONString.quoted($0.key, as: .header)):\(JSONString.quoted($0.value, as: .header))"
        }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var end = 0
    for (name, array) in ordered {
      let begin = end
      end += array.shape.count * array.elementSize
      let shape = array.shape.dimensions.map(String.init).joined(separator: ",")
      members.append(
        "\(JSONString.quoted(name, as: .header)):{\"dtype\":\"\(array.typeName)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(begin),\(end)]}")
    }
    guard tensors["__metadata__"] == nil else {
      throw FileError.malformed(
        path: "__metadata__", format: "safetensors", detail: "no array can have this name")
    }
    let bytes = Self.assemble(
      header: "{\(members.joined(separator: ","))}", ordered.map(\.value), end)
    return metadata[Self.checksumKey] == nil ? bytes : Self.withChecksum(bytes)
  }

  /// Pads the header with blanks to a multiple of 8, so that the arrays start aligned.
  private static func assemble(
    header: String, _ arrays: [StoredArray], _ dataSize: Int
  ) -> [UInt8] {
    var json = Array(header.utf8)
    while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
    var output: [UInt8] = []
    output.reserveCapacity(8 + json.count + dataSize)
    for shift in stride(from: 0, to: 64, by: 8) {
      output.append(UInt8(truncatingIfNeeded: json.count >> shift))
    }
    output.append(contentsOf: json)
    for array in arrays { array.appendBytes(to: &output) }
    return output
  }
}

extension SafeTensorsHeader.Entry {
  /// Reads this array out of the whole file's bytes. The header check made the range sound.
  func decode(_ bytes: [UInt8], dataStart: Int, path: String) throws -> StoredArray {
    let type = ElementType(safetensorsName: typeName)
    let array = bytes.withUnsafeBytes { all in
      type?.decode(
        UnsafeRawBufferPointer(
          rebasing: all[dataStart + range.lowerBound..<dataStart + range.upperBound]),
        shape: shape)
    }
    guard let array else {
      throw FileError.malformed(
        path: path, format: "safetensors",
        detail: "\"\(name)\" holds a value that its type \(typeName) does not allow")
    }
    return array
  }
}
