import MIMModels
import MIMScript

/// What a statement did: everything that is needed to go on without running it.
struct StatementRecord: Codable {
  /// A name that it bound.
  struct Bound: Codable {
    let name: String
    /// The key of the value; nil where the value has no encoding, so that the statement runs again when somebody needs it.
    let value: String?
    /// What run.json holds of the value.
    let json: CodedJSON
  }

  /// Something that it showed or said.
  enum Event: Codable {
    case note(String)
    /// A plain value or a table.
    case plain(CodedValue)
    /// An object, by the key of its value.
    case object(String)
  }

  /// A file that it wrote.
  struct File: Codable {
    /// The path as the statement has it.
    let path: String
    /// The key of its bytes.
    let bytes: String
    let force: Bool
  }

  var bound: [Bound]
  /// Whether it gave a value, which is `ans` then.
  var answers: Bool { bound.contains { $0.name == "ans" } }
  var events: [Event]
  var files: [File]
  /// The data files that it read.
  var data: [DataFile]
  /// What it learnt from the file system.
  var findings: [FileFinding]
  /// How often it called each verb without a name.
  var unnamedCalls: [String: Int]
  /// How long it took.
  var seconds: Double
  /// For people: the notebook, the cell and the code.
  var notebook: String
  var cell: String
  var code: String
}

/// The records of a statement, the newest first: one for each state of the files that it reads.
struct RecordList: Codable {
  static let most = 8
  var records: [StatementRecord]
}

/// A JSON value as the cache keeps it.
struct CodedJSON: Codable {
  let json: JSON

  init(_ json: JSON) { self.json = json }

  private enum CodingKeys: String, CodingKey { case kind, content, names }
  private enum Kind: String, Codable { case null, bool, number, string, array, object }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(Kind.self, forKey: .kind) {
    case .null: json = .null
    case .bool: json = .bool(try container.decode(Bool.self, forKey: .content))
    case .number: json = .number(try container.decode(Double.self, forKey: .content))
    case .string: json = .string(try container.decode(String.self, forKey: .content))
    case .array:
      if let numbers = try? container.decode([Double].self, forKey: .content) {
        json = .array(numbers.map(JSON.number))
      } else {
        json = .array(try container.decode([CodedJSON].self, forKey: .content).map(\.json))
      }
    case .object:
      let names = try container.decode([String].self, forKey: .names)
      let values = try container.decode([CodedJSON].self, forKey: .content)
      json = .object(zip(names, values).map { ($0, $1.json) })
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch json {
    case .null: try container.encode(Kind.null, forKey: .kind)
    case .bool(let flag):
      try container.encode(Kind.bool, forKey: .kind)
      try container.encode(flag, forKey: .content)
    case .number(let number):
      try container.encode(Kind.number, forKey: .kind)
      try container.encode(number, forKey: .content)
    case .string(let text):
      try container.encode(Kind.string, forKey: .kind)
      try container.encode(text, forKey: .content)
    case .array(let elements):
      try container.encode(Kind.array, forKey: .kind)
      let numbers = elements.compactMap { if case .number(let number) = $0 { number } else { nil } }
      if numbers.count == elements.count, !numbers.isEmpty {
        try container.encode(numbers, forKey: .content)
      } else {
        try container.encode(elements.map { CodedJSON($0) }, forKey: .content)
      }
    case .object(let pairs):
      try container.encode(Kind.object, forKey: .kind)
      try container.encode(pairs.map(\.key), forKey: .names)
      try container.encode(pairs.map { CodedJSON($0.value) }, forKey: .content)
    }
  }
}
