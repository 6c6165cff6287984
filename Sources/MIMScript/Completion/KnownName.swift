/// What a completer knows of a name: its value, or what the checks know before anything runs.
enum KnownName: Sendable {
  case value(Value)
  case expected(StaticValue)

  /// The value, where it is known.
  private var known: Value? {
    switch self {
    case .value(let value), .expected(.known(let value)): value
    case .expected(.object), .expected(.unknown): nil
    }
  }

  /// Its type in help and errors; empty where nothing is known.
  var typeName: String {
    if case .expected(.object(let type, _)) = self { return type }
    return known?.typeName ?? ""
  }

  /// The columns that it gives to column places.
  var columnNames: [String]? {
    switch self {
    case .value(let value): value.columnNames
    case .expected(let expected): expected.columnNames
    }
  }

  /// The names that may follow its dot.
  func fieldNames(_ table: HostTable) -> [String] {
    guard case .expected(.object(let type, let facts)) = self else {
      return known?.fieldNames ?? []
    }
    let columns = columnNames ?? []
    guard let kind = table.kind(type) else { return columns }
    let own = columns.filter { column in
      !kind.fields.contains { $0.name == column } && (try? kind.infer(column, facts)) != nil
    }
    return kind.fields.map(\.name) + own
  }

  /// What is known of a field.
  func field(_ name: String, _ table: HostTable) -> KnownName? {
    guard case .expected(.object(let type, let facts)) = self else {
      return known?.field(name).map(KnownName.value)
    }
    guard let kind = table.kind(type) else { return nil }
    return (try? kind.infer(name, facts)).map(KnownName.expected)
  }

  /// Whether it may stand where a value of the type is wanted.
  func mayFit(_ type: ParameterType) -> Bool {
    if case .expected(.object(let found, _)) = self { return type.acceptsObject(found) }
    guard let known else { return true }
    if case .accepted = type.accept(known) { return true }
    return false
  }
}
