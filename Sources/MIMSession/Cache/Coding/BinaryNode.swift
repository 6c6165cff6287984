/// A value on its way to and from bytes: what the types of Swift's `Codable` come down to, numbers by their bits.
indirect enum BinaryNode {
  case null
  case bool(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case double(UInt64)
  case float(UInt32)
  case text(String)
  /// The elements of an array of numbers as they lie in memory.
  case numbers(Kind, [UInt8])
  case list([BinaryNode])
  case fields([(name: String, value: BinaryNode)])

  /// The types of numbers whose arrays are written in one piece.
  enum Kind: UInt8 {
    case float = 1
    case double, int32, int, byte

    var size: Int {
      switch self {
      case .byte: 1
      case .float, .int32: 4
      case .double, .int: 8
      }
    }
  }

  /// The bytes of an array of numbers; nil for anything else. The type decides: an empty array could be cast to any other.
  init?<Value: Encodable>(numbers value: Value) {
    if Value.self == [Float].self, let array = value as? [Float] {
      self = .numbers(.float, Self.bytes(array))
    } else if Value.self == [Double].self, let array = value as? [Double] {
      self = .numbers(.double, Self.bytes(array))
    } else if Value.self == [Int32].self, let array = value as? [Int32] {
      self = .numbers(.int32, Self.bytes(array))
    } else if Value.self == [Int].self, let array = value as? [Int] {
      self = .numbers(.int, Self.bytes(array))
    } else if Value.self == [UInt8].self, let array = value as? [UInt8] {
      self = .numbers(.byte, array)
    } else {
      return nil
    }
  }

  private static func bytes<Element: BitwiseCopyable>(_ array: [Element]) -> [UInt8] {
    array.withUnsafeBytes { Array($0) }
  }

  /// The array of numbers, if it is one of that type.
  func numbers<Value>(_ type: Value.Type) -> Value? {
    guard case .numbers(let kind, let bytes) = self else { return nil }
    switch kind {
    case .float where type == [Float].self: return Self.array(bytes, Float.self) as? Value
    case .double where type == [Double].self: return Self.array(bytes, Double.self) as? Value
    case .int32 where type == [Int32].self: return Self.array(bytes, Int32.self) as? Value
    case .int where type == [Int].self: return Self.array(bytes, Int.self) as? Value
    case .byte where type == [UInt8].self: return bytes as? Value
    default: return nil
    }
  }

  private static func array<Element: BitwiseCopyable>(
    _ bytes: [UInt8], _ type: Element.Type
  ) -> [Element] {
    let count = bytes.count / MemoryLayout<Element>.size
    return [Element](unsafeUninitializedCapacity: count) { buffer, filled in
      UnsafeMutableRawBufferPointer(buffer).copyBytes(
        from: bytes.prefix(count * MemoryLayout<Element>.size))
      filled = count
    }
  }
}

// MARK: Bytes

extension BinaryNode {
  /// Its bytes.
  var bytes: [UInt8] {
    var result: [UInt8] = []
    write(to: &result)
    return result
  }

  private func write(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes.append(0)
    case .bool(let flag): bytes += [1, flag ? 1 : 0]
    case .integer(let number): Self.append(2, UInt64(bitPattern: number), to: &bytes)
    case .unsigned(let number): Self.append(3, number, to: &bytes)
    case .double(let bits): Self.append(4, bits, to: &bytes)
    case .float(let bits): Self.append(5, UInt64(bits), to: &bytes)
    case .text(let text):
      let utf8 = Array(text.utf8)
      Self.append(6, UInt64(utf8.count), to: &bytes)
      bytes += utf8
    case .numbers(let kind, let elements):
      Self.append(7, UInt64(elements.count), to: &bytes)
      bytes.append(kind.rawValue)
      bytes += elements
    case .list(let elements):
      Self.append(8, UInt64(elements.count), to: &bytes)
      elements.forEach { $0.write(to: &bytes) }
    case .fields(let fields):
      Self.append(9, UInt64(fields.count), to: &bytes)
      for field in fields {
        let name = Array(field.name.utf8)
        Self.append(6, UInt64(name.count), to: &bytes)
        bytes += name
        field.value.write(to: &bytes)
      }
    }
  }

  private static func append(_ tag: UInt8, _ number: UInt64, to bytes: inout [UInt8]) {
    bytes.append(tag)
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  /// Reads what `bytes` gives; nil for anything else, and for what is nested too deeply.
  init?(bytes: [UInt8]) {
    var reader = Reader(bytes: bytes)
    guard let node = reader.node(depth: 0), reader.position == bytes.count else { return nil }
    self = node
  }

  private struct Reader {
    let bytes: [UInt8]
    var position = 0

    private mutating func number() -> UInt64? {
      guard bytes.count - position >= 8 else { return nil }
      defer { position += 8 }
      return (0..<8).reduce(0) { $0 | UInt64(bytes[position + $1]) << UInt64(8 * $1) }
    }

    private mutating func piece(_ count: UInt64) -> [UInt8]? {
      guard count <= UInt64(bytes.count - position) else { return nil }
      defer { position += Int(count) }
      return Array(bytes[position..<position + Int(count)])
    }

    private mutating func tag() -> UInt8? {
      guard position < bytes.count else { return nil }
      defer { position += 1 }
      return bytes[position]
    }

    private mutating func text() -> String? {
      number().flatMap { piece($0) }.flatMap { String(validating: $0, as: UTF8.self) }
    }

    mutating func node(depth: Int) -> BinaryNode? {
      guard depth < 200, let tag = tag() else { return nil }
      switch tag {
      case 0: return .null
      case 1: return self.tag().map { .bool($0 != 0) }
      case 2: return number().map { .integer(Int64(bitPattern: $0)) }
      case 3: return number().map { .unsigned($0) }
      case 4: return number().map { .double($0) }
      case 5: return number().map { .float(UInt32(truncatingIfNeeded: $0)) }
      case 6: return text().map { .text($0) }
      case 7:
        guard let count = number(), let kind = self.tag().flatMap(Kind.init(rawValue:)),
          let elements = piece(count), elements.count.isMultiple(of: kind.size)
        else { return nil }
        return .numbers(kind, elements)
      case 8: return list(depth)
      case 9: return fields(depth)
      default: return nil
      }
    }

    private mutating func list(_ depth: Int) -> BinaryNode? {
      // Every element takes a byte at least.
      guard let count = number(), count <= UInt64(bytes.count - position) else { return nil }
      var elements: [BinaryNode] = []
      for _ in 0..<count {
        guard let element = node(depth: depth + 1) else { return nil }
        elements.append(element)
      }
      return .list(elements)
    }

    private mutating func fields(_ depth: Int) -> BinaryNode? {
      guard let count = number(), count <= UInt64(bytes.count - position) else { return nil }
      var fields: [(name: String, value: BinaryNode)] = []
      for _ in 0..<count {
        guard tag() == 6, let name = text(), let value = node(depth: depth + 1) else { return nil }
        fields.append((name, value))
      }
      return .fields(fields)
    }
  }
}
