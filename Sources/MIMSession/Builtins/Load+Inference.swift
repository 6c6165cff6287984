import MIMModels
import MIMScript
import MIMTensor

extension HostFunction {
  /// What names, headers and first lines tell of a `load` statement. Data that is not there is
  /// no mistake yet: an earlier statement may write it.
  static let inferLoad: @Sendable (StaticCall) throws -> StaticValue = { call in
    guard case .known(let first)? = call.positional.first, var source = first.asText else {
      return .unknown
    }
    let written = source
    if !DataSource.table.contains(where: { $0.name == source }) {
      source = FileAccess.current?.resolved(source) ?? source
    }
    if source.lowercased().hasSuffix(".safetensors") {
      if case .object(_, let facts)? = call.options["into"] {
        return .object(type: "model", facts: facts)
      }
      return .object(type: "model", facts: [:])
    }
    try requireWholeFolds(
      isGiven: { call.options[$0] != nil }, at: { call.argumentSpans[$0] ?? call.span },
      kind: .check)
    let known = call.knownOptions
    guard known.count == call.options.count else { return .object(type: "data set", facts: [:]) }
    var text: String?
    if call.positional.count > 1 {
      guard case .known(let value) = call.positional[1] else {
        return .object(type: "data set", facts: [:])
      }
      text = value.asText
      if DataSource.table.contains(where: { $0.name == source && $0.argumentIsPath }) {
        text = text.map { FileAccess.current?.resolved($0) ?? $0 }
      }
    }
    // What a notebook may not read, no error may quote.
    if let access = FileAccess.current, !DataSource.table.contains(where: { $0.name == source }),
      !access.mayRead(source)
    {
      return .object(type: "data set", facts: [:])
    }
    if let text, let access = FileAccess.current,
      DataSource.table.contains(where: { $0.name == source && $0.argumentIsPath }),
      !access.mayRead(text)
    {
      return .object(type: "data set", facts: [:])
    }
    let request = dataRequest(source: source, text: text, seed: nil) { known[$0] }
    do {
      return .object(
        type: "data set", facts: facts(try Dataset.probe(request), written, text, known))
    } catch let error as DataError {
      switch error {
      case .noSuchColumn where FileAccess.current == nil:
        // Nobody has said yet that this file may be quoted.
        return .object(type: "data set", facts: [:])
      case .badOption, .optionWithoutEffect, .badToy, .noSuchColumn:
        var failure = ScriptError(error, at: call.span, options: call.argumentSpans)
        failure.kind = .check
        throw failure
      default: return .object(type: "data set", facts: [:])
      }
    } catch {
      return .object(type: "data set", facts: [:])
    }
  }

  private static func facts(
    _ probe: DataProbe, _ source: String, _ text: String?, _ options: [String: Value]
  ) -> [String: Value] {
    var facts = DataFacts()
    facts.name = text.map { "\(source) \"\($0)\"" } ?? source
    facts.width = options["pca"]?.asInteger ?? probe.itemShape.count
    facts.shape = options["pca"]?.asInteger.map { [$0] } ?? probe.itemShape.dimensions
    let isReal = options["pca"] != nil || options["logit"] != nil
    facts.kind = isReal ? ValueKind.real.rawValue : probe.valueKind.rawValue
    facts.isLabelled = probe.isLabelled
    let label = probe.labelName.flatMap {
      DatasetObject.labelField($0, besideColumns: probe.columnNames ?? [])
    }
    let labels = [label].compactMap { $0 }
    let isProjected = options["pca"] != nil
    facts.variables =
      isProjected
      ? (labels.isEmpty ? nil : labels)
      : probe.columnNames.map { DatasetObject.fieldNames(ofColumns: $0) + labels }
    if !isProjected, !DataSource.table.contains(where: { $0.name == source }) {
      facts.columns = facts.variables.map { $0 + ["label"] }
    }
    if let counts = probe.counts {
      facts.hasVal = counts.val > 0
      facts.hasTest = counts.test > 0
    }
    return facts.values
  }
}
