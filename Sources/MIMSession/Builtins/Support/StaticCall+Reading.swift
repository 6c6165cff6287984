import MIMScript

extension StaticCall {
  /// The options whose values are known.
  var knownOptions: [String: Value] {
    options.compactMapValues { if case .known(let value) = $0 { value } else { nil } }
  }

  /// What is known of an option's value, nil when it was left out or is not known.
  func known(_ option: String) -> Value? { knownOptions[option] }

  /// What is known of a positional argument's value.
  func known(at index: Int) -> Value? {
    guard positional.indices.contains(index), case .known(let value) = positional[index] else {
      return nil
    }
    return value
  }

  /// The facts of a positional argument that is an object of one of these types.
  func facts(at index: Int, of types: Set<String>) -> [String: Value]? {
    guard positional.indices.contains(index) else { return nil }
    switch positional[index] {
    case .object(let type, let facts): return types.contains(type) ? facts : nil
    case .known(.object(let object)): return types.contains(object.typeName) ? object.facts : nil
    default: return nil
    }
  }

  /// Facts of the model at a position; empty where nothing is known.
  func model(at index: Int) -> ModelFacts { ModelFacts(facts(at: index, of: ["model"]) ?? [:]) }

  /// Facts of the data at a position; empty where nothing is known.
  func data(at index: Int) -> DataFacts {
    DataFacts(facts(at: index, of: ["data set", "items", "decoded items"]) ?? [:])
  }

  /// Facts of the codes at a position; empty where nothing is known.
  func codes(at index: Int) -> CodeFacts {
    CodeFacts(facts(at: index, of: ["codes", "embedding"]) ?? [:])
  }

  /// An embedding of the points at a position, with their labels.
  func embedding(of index: Int, width: Int?) -> StaticValue {
    let points = facts(at: index, of: ["codes", "items", "data set", "embedding"])
    return .object(
      type: "embedding",
      facts: CodeFacts(width: width, isLabelled: points?["labelled"]?.asBool).values)
  }

  /// The position of a positional argument.
  func span(at index: Int) -> Span { argumentSpans["#\(index)"] ?? span }

  /// The position of an option.
  func span(of option: String) -> Span { argumentSpans[option] ?? span }
}
