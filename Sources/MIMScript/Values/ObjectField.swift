/// A field of a kind of object, declared once: what `x.name` gives, completion, the checks before a run, and help come from it.
public struct ObjectField<Object>: Sendable {
  /// What stands behind the dot: `labels`.
  public let name: String
  /// One line for help, with the unit where there is one.
  public let doc: String
  let infer: ObjectKind.Inference
  let isPresent: @Sendable (Object) -> Bool
  let value: @Sendable (Object) -> Value

  /// - Parameters:
  ///   - infer: what is known of it before the run, from the facts of its object; it may throw a `.check` error. By default nothing.
  ///   - isPresent: whether this object has it. By default every one does.
  ///   - value: the value; `none` where there is nothing.
  public init(
    _ name: String, _ doc: String,
    infer: @escaping ObjectKind.Inference = { _ in .unknown },
    when isPresent: @escaping @Sendable (Object) -> Bool = { _ in true },
    _ value: @escaping @Sendable (Object) -> Value
  ) {
    self.name = name
    self.doc = doc
    self.infer = infer
    self.isPresent = isPresent
    self.value = value
  }
}

/// An object whose kind has a list of fields. Those with other fields for each object (an evaluation's metrics) are a plain `HostObject`.
public protocol FieldedObject: HostObject {
  /// Its type in help and errors: `codes`.
  static var typeName: String { get }
  /// Its fields in the order in which help lists them.
  static var fields: [ObjectField<Self>] { get }
  /// The names of fields that this object has beside those of its kind: the columns of a table.
  var ownFieldNames: [String] { get }
  /// The value of such a field; nil when there is none of that name.
  func ownField(_ name: String) -> Value?
  /// Before the run: whether an object with these facts may have such a field.
  static func mayHaveOwnField(_ name: String, _ facts: [String: Value]) -> Bool
}

extension FieldedObject {
  /// That of its kind.
  public var typeName: String { Self.typeName }
  /// Those that this object has.
  public var fieldNames: [String] {
    Self.fields.filter { $0.isPresent(self) }.map(\.name) + ownFieldNames
  }
  /// The value of a field by its name; nil where this object has none of that name.
  public func field(_ name: String) -> Value? {
    Self.fields.first { $0.name == name && $0.isPresent(self) }?.value(self) ?? ownField(name)
  }
  /// None.
  public var ownFieldNames: [String] { [] }
  /// Nil: there is none.
  public func ownField(_ name: String) -> Value? { nil }
  /// False.
  public static func mayHaveOwnField(_ name: String, _ facts: [String: Value]) -> Bool { false }
}

/// What the language knows of a kind of object before there is one.
public struct ObjectKind: Sendable {
  /// What is known of a field before the run, from the facts of its object.
  public typealias Inference = @Sendable (_ facts: [String: Value]) throws -> StaticValue

  /// Its type in help and errors: `codes`.
  public let typeName: String
  /// Its fields in the order in which help lists them.
  public let fields: [(name: String, doc: String, infer: Inference)]
  /// Whether arithmetic works on it.
  let isNumeric: Bool
  private let mayHave: @Sendable (_ name: String, _ facts: [String: Value]) -> Bool

  /// The kind of a type of object.
  public init<Object: FieldedObject>(_ type: Object.Type) {
    typeName = type.typeName
    fields = type.fields.map { ($0.name, $0.doc, $0.infer) }
    isNumeric = type is any NumericObject.Type
    mayHave = { type.mayHaveOwnField($0, $1) }
  }

  /// A kind by its list, for tables without objects of their own.
  package init(_ typeName: String, fields: [(name: String, doc: String, infer: Inference)]) {
    self.typeName = typeName
    self.fields = fields
    isNumeric = false
    mayHave = { _, _ in false }
  }

  /// What is known of a field of an object with these facts.
  func infer(_ field: String, _ facts: [String: Value]) throws -> StaticValue {
    guard let found = fields.first(where: { $0.name == field }) else {
      if mayHave(field, facts) { return .unknown }
      let columns = (StaticValue.object(type: typeName, facts: facts).columnNames ?? [])
        .filter { mayHave($0, facts) }
      throw unknownField(field, of: typeName, fields.map(\.name) + columns, kind: .check)
    }
    return try found.infer(facts)
  }
}

/// The error for a field that a value doesn't have.
func unknownField(
  _ field: String, of type: String, _ known: [String], kind: ScriptError.Kind = .failure,
  at span: Span? = nil
) -> ScriptError {
  ScriptError(
    "E108", "\(type.withArticle) \(type.isPlural ? "have" : "has") no field `\(field)`", kind: kind,
    at: span, label: Suggestions.label(for: field, in: known),
    notes: known.isEmpty ? [] : ["fields: " + known.joined(separator: " ")],
    fixes: Suggestions.fixes(for: field, in: known))
}
