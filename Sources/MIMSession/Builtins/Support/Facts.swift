import MIMScript

/// What is known of a data set or of items before anything runs.
struct DataFacts {
  var name: String?
  var width: Int?
  /// The extents of one item.
  var shape: [Int]?
  var kind: String?
  var isLabelled: Bool?
  var hasVal: Bool?
  var hasTest: Bool?
  /// The variables that are fields of a data set.
  var variables: [String]?
  /// The columns of a table, by the words that a picture takes.
  var columns: [String]?

  init() {}

  init(_ facts: [String: Value]) {
    variables = facts["variables"]?.asTexts
    columns = facts["columns"]?.asTexts
    name = facts["name"]?.asText
    width = facts["width"]?.asInteger
    shape = facts["shape"]?.asIntegers
    kind = facts["kind"]?.asText
    isLabelled = facts["labelled"]?.asBool
    hasVal = facts["val"]?.asBool
    hasTest = facts["test"]?.asBool
  }

  var values: [String: Value] {
    var facts: [String: Value] = [:]
    if let name { facts["name"] = .string(name) }
    if let width { facts["width"] = .number(Double(width)) }
    if let shape { facts["shape"] = .list(shape.map { .number(Double($0)) }) }
    if let kind { facts["kind"] = .string(kind) }
    if let isLabelled { facts["labelled"] = .bool(isLabelled) }
    if let hasVal { facts["val"] = .bool(hasVal) }
    if let hasTest { facts["test"] = .bool(hasTest) }
    if let variables { facts["variables"] = .list(variables.map(Value.string)) }
    if let columns { facts["columns"] = .list(columns.map(Value.string)) }
    return facts
  }

  /// `20 × real`
  var text: String? {
    guard let width, let kind else { return nil }
    return "\(width) × \(kind)"
  }
}

/// What is known of a model before anything runs.
struct ModelFacts {
  var width: Int?
  var kind: String?
  var latentSize: Int?
  var objective: String?
  /// Whether it is an encoder alone.
  var encodesAlone = false
  /// Whether its decoder goes pixel by pixel; nil: not known yet.
  var goesByPixel: Bool?
  /// The names of losses that its parts may add.
  var extraLosses: [String] = []
  /// The statement that made it, with its line.
  var made: String?

  init() {}

  init(_ facts: [String: Value]) {
    width = facts["width"]?.asInteger
    kind = facts["kind"]?.asText
    latentSize = facts["z"]?.asInteger
    objective = facts["objective"]?.asText
    encodesAlone = facts["encodes alone"]?.asBool ?? false
    goesByPixel = facts["pixel by pixel"]?.asBool
    extraLosses = facts["extra losses"]?.asTexts ?? []
    made = facts["made"]?.asText
  }

  var values: [String: Value] {
    var facts: [String: Value] = [:]
    if let width { facts["width"] = .number(Double(width)) }
    if let kind { facts["kind"] = .string(kind) }
    if let latentSize { facts["z"] = .number(Double(latentSize)) }
    if let objective { facts["objective"] = .string(objective) }
    if encodesAlone { facts["encodes alone"] = .bool(true) }
    if let goesByPixel { facts["pixel by pixel"] = .bool(goesByPixel) }
    if !extraLosses.isEmpty { facts["extra losses"] = .list(extraLosses.map(Value.string)) }
    if let made { facts["made"] = .string(made) }
    return facts
  }
}

/// What is known of codes before anything runs.
struct CodeFacts {
  var width: Int?
  var isLabelled: Bool?

  init(width: Int? = nil, isLabelled: Bool? = nil) {
    self.width = width
    self.isLabelled = isLabelled
  }

  init(_ facts: [String: Value]) {
    width = facts["z"]?.asInteger
    isLabelled = facts["labelled"]?.asBool
  }

  var values: [String: Value] {
    var facts: [String: Value] = [:]
    if let width { facts["z"] = .number(Double(width)) }
    if let isLabelled { facts["labelled"] = .bool(isLabelled) }
    return facts
  }
}
