/// Writes any `Encodable` value as bytes that read back to the same bits. Arrays of numbers are written in one piece.
enum BinaryEncoder {
  /// The bytes of a value.
  static func bytes(of value: some Encodable, _ userInfo: [CodingUserInfoKey: Any] = [:]) throws
    -> [UInt8]
  {
    try node(of: value, [], userInfo).bytes
  }

  fileprivate static func node(
    of value: some Encodable, _ path: [any CodingKey], _ userInfo: [CodingUserInfoKey: Any]
  ) throws -> BinaryNode {
    if let numbers = BinaryNode(numbers: value) { return numbers }
    let encoder = NodeEncoder(codingPath: path, userInfo: userInfo)
    try value.encode(to: encoder)
    return encoder.node
  }
}

/// One value that is being written: what it asks for first decides what it becomes.
private final class NodeEncoder: Encoder {
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any]
  private var content: () -> BinaryNode = { .fields([]) }

  init(codingPath: [any CodingKey], userInfo: [CodingUserInfoKey: Any]) {
    self.codingPath = codingPath
    self.userInfo = userInfo
  }

  var node: BinaryNode { content() }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    let fields = Fields(codingPath, userInfo)
    content = { fields.node }
    return KeyedEncodingContainer(FieldsContainer<Key>(fields: fields))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    let elements = Elements(codingPath, userInfo)
    content = { elements.node }
    return ElementsContainer(elements: elements)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    SingleContainer(codingPath: codingPath, userInfo: userInfo) { node in
      self.content = { node }
    }
  }
}

/// The fields of a value. They are written by their names, so that equal dictionaries give equal bytes.
private final class Fields {
  let path: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any]
  var fields: [(name: String, value: () -> BinaryNode)] = []

  init(_ path: [any CodingKey], _ userInfo: [CodingUserInfoKey: Any]) {
    self.path = path
    self.userInfo = userInfo
  }

  var node: BinaryNode {
    .fields(fields.map { ($0.name, $0.value()) }.sorted { $0.0 < $1.0 })
  }
}

/// The elements of a list.
private final class Elements {
  let path: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any]
  var elements: [() -> BinaryNode] = []

  init(_ path: [any CodingKey], _ userInfo: [CodingUserInfoKey: Any]) {
    self.path = path
    self.userInfo = userInfo
  }

  var node: BinaryNode { .list(elements.map { $0() }) }
}

private struct FieldsContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let fields: Fields
  var codingPath: [any CodingKey] { fields.path }

  private func put(_ key: some CodingKey, _ node: @escaping () -> BinaryNode) {
    fields.fields.append((key.stringValue, node))
  }

  mutating func encodeNil(forKey key: Key) throws { put(key) { .null } }

  mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    let node = try BinaryEncoder.node(of: value, codingPath + [key], fields.userInfo)
    put(key) { node }
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    let inner = Fields(codingPath + [key], fields.userInfo)
    put(key) { inner.node }
    return KeyedEncodingContainer(FieldsContainer<Nested>(fields: inner))
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    let inner = Elements(codingPath + [key], fields.userInfo)
    put(key) { inner.node }
    return ElementsContainer(elements: inner)
  }

  mutating func superEncoder() -> any Encoder { superEncoder(named: "super") }
  mutating func superEncoder(forKey key: Key) -> any Encoder {
    superEncoder(named: key.stringValue)
  }

  private func superEncoder(named name: String) -> any Encoder {
    let encoder = NodeEncoder(codingPath: codingPath, userInfo: fields.userInfo)
    fields.fields.append((name, { encoder.node }))
    return encoder
  }
}

private struct ElementsContainer: UnkeyedEncodingContainer {
  let elements: Elements
  var codingPath: [any CodingKey] { elements.path }
  var count: Int { elements.elements.count }

  mutating func encodeNil() throws { elements.elements.append { .null } }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    let node = try BinaryEncoder.node(of: value, codingPath, elements.userInfo)
    elements.elements.append { node }
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    let inner = Fields(codingPath, elements.userInfo)
    elements.elements.append { inner.node }
    return KeyedEncodingContainer(FieldsContainer<Nested>(fields: inner))
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    let inner = Elements(codingPath, elements.userInfo)
    elements.elements.append { inner.node }
    return ElementsContainer(elements: inner)
  }

  mutating func superEncoder() -> any Encoder {
    let encoder = NodeEncoder(codingPath: codingPath, userInfo: elements.userInfo)
    elements.elements.append { encoder.node }
    return encoder
  }
}

private struct SingleContainer: SingleValueEncodingContainer {
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any]
  let put: (BinaryNode) -> Void

  mutating func encodeNil() throws { put(.null) }
  mutating func encode(_ value: Bool) throws { put(.bool(value)) }
  mutating func encode(_ value: String) throws { put(.text(value)) }
  mutating func encode(_ value: Double) throws { put(.double(value.bitPattern)) }
  mutating func encode(_ value: Float) throws { put(.float(value.bitPattern)) }
  mutating func encode(_ value: Int) throws { put(.integer(Int64(value))) }
  mutating func encode(_ value: Int8) throws { put(.integer(Int64(value))) }
  mutating func encode(_ value: Int16) throws { put(.integer(Int64(value))) }
  mutating func encode(_ value: Int32) throws { put(.integer(Int64(value))) }
  mutating func encode(_ value: Int64) throws { put(.integer(value)) }
  mutating func encode(_ value: UInt) throws { put(.unsigned(UInt64(value))) }
  mutating func encode(_ value: UInt8) throws { put(.unsigned(UInt64(value))) }
  mutating func encode(_ value: UInt16) throws { put(.unsigned(UInt64(value))) }
  mutating func encode(_ value: UInt32) throws { put(.unsigned(UInt64(value))) }
  mutating func encode(_ value: UInt64) throws { put(.unsigned(value)) }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    put(try BinaryEncoder.node(of: value, codingPath, userInfo))
  }
}
