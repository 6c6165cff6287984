/// Reads what ``BinaryEncoder`` wrote.
enum BinaryDecoder {
  /// The value; throws for bytes of anything else.
  static func value<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], _ userInfo: [CodingUserInfoKey: Any] = [:]
  ) throws -> Value {
    guard let node = BinaryNode(bytes: bytes) else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: [], debugDescription: "these bytes are damaged"))
    }
    return try value(type, of: node, [], userInfo)
  }

  fileprivate static func value<Value: Decodable>(
    _ type: Value.Type, of node: BinaryNode, _ path: [any CodingKey],
    _ userInfo: [CodingUserInfoKey: Any]
  ) throws -> Value {
    if let numbers = node.numbers(type) { return numbers }
    return try Value(from: NodeDecoder(node: node, codingPath: path, userInfo: userInfo))
  }
}

private struct NodeDecoder: Decoder {
  let node: BinaryNode
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any]

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .fields(let fields) = node else { throw mismatch("fields") }
    return KeyedDecodingContainer(
      FieldsReader<Key>(
        fields: Dictionary(fields.map { ($0.name, $0.value) }) { first, _ in first },
        codingPath: codingPath, userInfo: userInfo))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .list(let elements) = node else { throw mismatch("a list") }
    return ElementsReader(elements: elements, codingPath: codingPath, userInfo: userInfo)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    SingleReader(node: node, codingPath: codingPath, userInfo: userInfo)
  }

  private func mismatch(_ wanted: String) -> DecodingError {
    DecodingError.dataCorrupted(
      DecodingError.Context(codingPath: codingPath, debugDescription: "it should be \(wanted)"))
  }
}

private struct FieldsReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let fields: [String: BinaryNode]
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any]

  var allKeys: [Key] { fields.keys.compactMap { Key(stringValue: $0) } }
  func contains(_ key: Key) -> Bool { fields[key.stringValue] != nil }

  private func node(_ key: some CodingKey) throws -> BinaryNode {
    guard let node = fields[key.stringValue] else {
      throw DecodingError.keyNotFound(
        key, DecodingError.Context(codingPath: codingPath, debugDescription: "it is not there"))
    }
    return node
  }

  private func decoder(_ key: some CodingKey) throws -> NodeDecoder {
    NodeDecoder(node: try node(key), codingPath: codingPath + [key], userInfo: userInfo)
  }

  func decodeNil(forKey key: Key) throws -> Bool {
    if case .null = try node(key) { true } else { false }
  }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try BinaryDecoder.value(type, of: node(key), codingPath + [key], userInfo)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try decoder(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try decoder(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder {
    NodeDecoder(node: fields["super"] ?? .null, codingPath: codingPath, userInfo: userInfo)
  }

  func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }
}

private struct ElementsReader: UnkeyedDecodingContainer {
  let elements: [BinaryNode]
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any]
  var currentIndex = 0

  init(elements: [BinaryNode], codingPath: [any CodingKey], userInfo: [CodingUserInfoKey: Any]) {
    self.elements = elements
    self.codingPath = codingPath
    self.userInfo = userInfo
  }

  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex >= elements.count }

  private mutating func next() throws -> BinaryNode {
    guard !isAtEnd else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: codingPath, debugDescription: "the list is too short"))
    }
    defer { currentIndex += 1 }
    return elements[currentIndex]
  }

  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd, case .null = elements[currentIndex] else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try BinaryDecoder.value(type, of: next(), codingPath, userInfo)
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    try NodeDecoder(node: next(), codingPath: codingPath, userInfo: userInfo)
      .container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try NodeDecoder(node: next(), codingPath: codingPath, userInfo: userInfo).unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder {
    NodeDecoder(node: try next(), codingPath: codingPath, userInfo: userInfo)
  }
}

private struct SingleReader: SingleValueDecodingContainer {
  let node: BinaryNode
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any]

  func decodeNil() -> Bool { if case .null = node { true } else { false } }

  private func wrong(_ type: Any.Type) -> DecodingError {
    DecodingError.typeMismatch(
      type, DecodingError.Context(codingPath: codingPath, debugDescription: "it is something else"))
  }

  func decode(_ type: Bool.Type) throws -> Bool {
    guard case .bool(let flag) = node else { throw wrong(type) }
    return flag
  }

  func decode(_ type: String.Type) throws -> String {
    guard case .text(let text) = node else { throw wrong(type) }
    return text
  }

  func decode(_ type: Double.Type) throws -> Double {
    guard case .double(let bits) = node else { throw wrong(type) }
    return Double(bitPattern: bits)
  }

  func decode(_ type: Float.Type) throws -> Float {
    guard case .float(let bits) = node else { throw wrong(type) }
    return Float(bitPattern: bits)
  }

  private func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
    let number: Number? =
      switch node {
      case .integer(let number): Number(exactly: number)
      case .unsigned(let number): Number(exactly: number)
      default: nil
      }
    guard let number else { throw wrong(type) }
    return number
  }

  func decode(_ type: Int.Type) throws -> Int { try integer(type) }
  func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
  func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
  func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
  func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
  func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try BinaryDecoder.value(type, of: node, codingPath, userInfo)
  }
}
