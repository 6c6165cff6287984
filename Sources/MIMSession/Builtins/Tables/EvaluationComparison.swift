import MIMScript

/// Evaluations side by side, a row each: what `table [s1, s2]` gives.
struct EvaluationComparison {
  /// What the rows are called, one name for each evaluation.
  let names: [String]
  let evaluations: [EvaluationObject]

  /// A column for each measure that any of them has, one for its kind where kinds differ, and below why some have none.
  var table: Table {
    let columns = self.columns
    return Table(
      columns: [Table.Column("model")] + columns.map(\.column),
      rows: zip(names, evaluations).map { name, evaluation in
        [.string(name)] + columns.map { $0.cell(evaluation) }
      }, notes: reasons + unitNotes)
  }

  /// The measures whose numbers depend on the units of the items, where models see items in different ones: none of them is the best.
  var incomparable: [String] {
    guard Set(evaluations.compactMap(\.units)).count > 1 else { return [] }
    let dependent: Set = ["nll", "bpd", "elbo", "rmse", "rmse_free", "loss", "recon"]
    return measureNames.filter(dependent.contains)
  }

  private var unitNotes: [String] {
    guard !incomparable.isEmpty else { return [] }
    let units = zip(names, evaluations).compactMap { name, evaluation in
      evaluation.units.map { "\(name) in \($0)" }
    }
    return [
      "\(incomparable.joined(separator: ", ")) can't be compared: the models see items in different units (\(units.joined(separator: ", ")))"
    ]
  }

  /// A column and what stands in it.
  private struct Filled {
    let column: Table.Column
    let cell: (EvaluationObject) -> Value
  }

  private var columns: [Filled] {
    measureNames.flatMap { name -> [Filled] in
      let numbers = Filled(
        column: Table.Column(name, title: AxisTitle.text(named: name), absent: "–")
      ) { $0.field(name) ?? .none }
      func texts(
        _ column: Table.Column, _ text: @escaping (EvaluationObject.Measure) -> String?
      ) -> Filled {
        Filled(column: column) { evaluation in
          let measure = evaluation.measures.first { $0.name == name && $0.missing == nil }
          return measure.flatMap(text).map(Value.string) ?? .none
        }
      }
      let hasCaveats = evaluations.flatMap(\.measures).contains {
        $0.name == name && $0.caveat != nil
      }
      let caveats =
        hasCaveats ? [texts(Table.Column(Table.caveatName(of: name)), \.caveat)] : []
      guard hasDifferentKinds(name) else { return [numbers] + caveats }
      let kinds = texts(Table.Column("\(name)_kind", title: "\(name) is"), \.kind)
      return [numbers] + caveats + [kinds]
    }
  }

  /// In the order of their first appearance.
  private var measureNames: [String] {
    var seen: Set<String> = []
    return evaluations.flatMap(\.measures).map(\.name).filter { seen.insert($0).inserted }
  }

  private func hasDifferentKinds(_ name: String) -> Bool {
    let found = evaluations.flatMap(\.measures).filter { $0.name == name && $0.missing == nil }
    return Set(found.map(\.kind)).count > 1
  }

  /// Why measures are missing: a line for each reason and the measures that it holds for.
  private var reasons: [String] {
    var models: [String: [String]] = [:]
    var order: [String] = []
    for (model, evaluation) in zip(names, evaluations) {
      let missing = evaluation.measures.filter { $0.missing != nil }
      var seen: Set<String> = []
      for reason in missing.compactMap(\.missing) where seen.insert(reason).inserted {
        let measures = missing.filter { $0.missing == reason }.map(\.name)
        let line = "\(measures.joined(separator: ", ")): \(reason)"
        if models[line] == nil { order.append(line) }
        models[line, default: []].append(model)
      }
    }
    return order.map { "– \(models[$0, default: []].joined(separator: ", ")) · \($0)" }
  }
}
