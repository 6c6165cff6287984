import MIMScript

/// A value as the cache keeps it. Reading gives back the same bits.
struct CodedValue: Codable {
  let value: Value

  init(_ value: Value) { self.value = value }

  private enum CodingKeys: String, CodingKey { case kind, content }
  private enum Kind: String, Codable {
    case none, bool, number, string, list, numbers, range, word, table, object
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func content<Content: Decodable>(_ type: Content.Type = Content.self) throws -> Content {
      try container.decode(type, forKey: .content)
    }
    switch try container.decode(Kind.self, forKey: .kind) {
    case .none: value = .none
    case .bool: value = .bool(try content())
    case .number: value = .number(try content())
    case .string: value = .string(try content())
    case .list: value = .list(try content([CodedValue].self).map(\.value))
    case .numbers: value = .list(try content([Double].self).map(Value.number))
    case .range: value = .range(try content())
    case .word: value = .word(try content(CodedWord.self).word)
    case .table: value = .table(try content(CodedTable.self).table)
    case .object: value = .object(try content(CodedObject.self).object)
    }
  }

  /// Throws for an object of a kind that is not kept.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    func put(_ kind: Kind, _ content: (some Encodable)?) throws {
      try container.encode(kind, forKey: .kind)
      if let content { try container.encode(content, forKey: .content) }
    }
    switch value {
    case .none: try put(.none, String?.none)
    case .bool(let flag): try put(.bool, flag)
    case .number(let number): try put(.number, number)
    case .string(let text): try put(.string, text)
    case .list(let elements):
      let numbers = elements.compactMap { if case .number(let number) = $0 { number } else { nil } }
      if numbers.count == elements.count {
        try put(.numbers, numbers)
      } else {
        try put(.list, elements.map { CodedValue($0) })
      }
    case .range(let range): try put(.range, range)
    case .word(let word): try put(.word, CodedWord(word))
    case .table(let table): try put(.table, CodedTable(table))
    case .object(let object): try put(.object, CodedObject(object))
    }
  }
}

/// A word with its arguments. Where it was written is not kept: it would be another place by then.
private struct CodedWord: Codable {
  let name: String
  let positional: [CodedValue]
  let named: [String: CodedValue]

  init(_ word: WordCall) {
    name = word.name
    positional = word.positional.map { CodedValue($0) }
    named = word.named.mapValues { CodedValue($0) }
  }

  var word: WordCall {
    WordCall(name, positional: positional.map(\.value), named: named.mapValues(\.value))
  }
}

/// A table with everything that it shows.
struct CodedTable: Codable {
  let table: Table

  init(_ table: Table) { self.table = table }

  private enum CodingKeys: String, CodingKey { case title, columns, rows, notes, bold }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let columns = try container.decode([Table.Column].self, forKey: .columns)
    let rows = try container.decode([[CodedValue]].self, forKey: .rows)
    guard rows.allSatisfy({ $0.count == columns.count }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .rows, in: container, debugDescription: "a row of another width")
    }
    var table = Table(
      title: try container.decode(String.self, forKey: .title), columns: columns,
      rows: rows.map { $0.map(\.value) },
      notes: try container.decode([String].self, forKey: .notes))
    table.bold = Set(try container.decode([Table.Place].self, forKey: .bold))
    self.table = table
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(table.title, forKey: .title)
    try container.encode(table.columns, forKey: .columns)
    try container.encode(table.rows.map { $0.map { CodedValue($0) } }, forKey: .rows)
    try container.encode(table.notes, forKey: .notes)
    let bold = table.bold.sorted { ($0.row, $0.column) < ($1.row, $1.column) }
    try container.encode(bold, forKey: .bold)
  }
}

/// An object of one of the kinds in `builtinKinds`.
struct CodedObject: Codable {
  let object: any HostObject

  init(_ object: any HostObject) { self.object = object }

  private enum CodingKeys: String, CodingKey { case kind, content }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let name = try container.decode(String.self, forKey: .kind)
    guard let kind = builtinKinds.first(where: { $0.typeName == name }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: container, debugDescription: "\(name) is no kind that is kept")
    }
    object = try kind.decode(container.superDecoder(forKey: .content))
  }

  /// Throws for an object of another kind.
  func encode(to encoder: any Encoder) throws {
    guard let kind = builtinKinds.first(where: { $0.holds(object) }) else {
      throw EncodingError.invalidValue(
        object,
        EncodingError.Context(
          codingPath: encoder.codingPath, debugDescription: "\(object.typeName) is not kept"))
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind.typeName, forKey: .kind)
    try kind.encode(object, container.superEncoder(forKey: .content))
  }
}

/// A kind of object that the cache keeps.
package struct KeptKind: Sendable {
  /// Its type in help and errors.
  package let typeName: String
  /// What the language knows of it; nil where each object has fields of its own.
  let objectKind: ObjectKind?
  let holds: @Sendable (any HostObject) -> Bool
  let encode: @Sendable (any HostObject, any Encoder) throws -> Void
  let decode: @Sendable (any Decoder) throws -> any HostObject

  /// A kind with a list of fields. Every kind of the language is made in this way, and so none can be without an encoding.
  init<Object: FieldedObject & Codable>(_ type: Object.Type) {
    self.init(type, named: type.typeName, ObjectKind(type))
  }

  /// A kind whose objects have fields of their own.
  init<Object: HostObject & Codable>(_ type: Object.Type, named typeName: String) {
    self.init(type, named: typeName, nil)
  }

  private init<Object: HostObject & Codable>(
    _ type: Object.Type, named typeName: String, _ kind: ObjectKind?
  ) {
    self.typeName = typeName
    objectKind = kind
    holds = { $0 is Object }
    encode = { object, encoder in try (object as? Object)?.encode(to: encoder) }
    decode = { try Object(from: $0) }
  }
}

extension Session {
  /// The bytes under which the cache keeps a value. Throws for an object of a kind that is not kept.
  package func keptBytes(of value: Value) throws -> [UInt8] {
    try BinaryEncoder.bytes(of: CodedValue(value))
  }

  /// The value that such bytes are of.
  package func keptValue(_ bytes: [UInt8]) throws -> Value {
    try BinaryDecoder.value(CodedValue.self, from: bytes, restorer.userInfo).value
  }
}
