import MIMAnalysis
import MIMScript
import MIMTensor

extension HostFunction {
  /// `mi_table data`.
  static let informationTable = HostFunction(
    "mi_table", group: .measure,
    summary: "measure the mutual information of all pairs of columns in nats",
    positional: [
      Parameter(
        "DATA", .any(of: [.object(["data set", "codes", "items", "array", "embedding"]), .table]),
        "a table, a data set read from one, codes")
    ],
    options: [
      Parameter("n", .integer(2...Int(Int32.max)), defaultText: "all", "use only the first n rows"),
      Parameter("columns", .list(.string), defaultText: "all", "only these columns"),
    ],
    result: "t.values, t.names, t.pairs (strongest first); plot draws a heat map",
    resultType: "information table",
    details: [
      "Each pair is measured by the estimator for its kinds: nearest neighbours for numbers, Ross's",
      "form for classes beside numbers, counts for classes, the mixture form where numbers repeat.",
      "Columns are standardised. Classes are text, labels, and columns of at most 20 whole numbers that",
      "repeat. Below stands what rows in a random order give. 50 columns are 1,225 pairs.",
    ],
    example: "t = mi_table z", seeAlso: ["mi", "plot", "total_correlation"],
    keywords: ["matrix", "pairwise"]
  ) { call in
    var (variables, notes) = try call.tableVariables()
    if let names = call.option("columns")?.asTexts {
      let others = call.otherColumnNames
      variables = try names.map { name in
        guard
          let found = variables.first(where: { $0.name == name })
            ?? others[name].flatMap({ other in variables.first { $0.name == other } })
        else {
          throw ScriptError(
            "E109", "there is no column `\(name)`", at: call.span(of: "columns"),
            label: Suggestions.label(for: name, in: variables.map(\.name)),
            notes: ["columns: " + variables.prefix(24).map(\.name).joined(separator: " ")])
        }
        return found
      }
    }
    if let count = call.integer("n") {
      variables = variables.map { $0.prefix(count) }
    }
    let (host, title) = (call.host, call.title)
    let total = variables.count * (variables.count - 1) / 2
    let kept = variables
    let matrix = try call.located(at: "#0") {
      try informationMatrix(
        of: kept, threads: call.threads, shouldStop: { host.isInterrupted },
        onPair: { done in
          guard done % 50 == 0 else { return }
          host.progress(
            ProgressUpdate(title: title, done: Double(done), total: Double(total), detail: "pairs"))
        })
    }
    notes += matrix.notes
    let object = InformationTableObject(matrix: matrix, source: call.text(at: 0), notes: notes)
    if host.isInterrupted { throw call.interrupted(partial: .object(object)) }
    return .object(object)
  }
}

extension HostCall {
  /// The columns of the first argument as variables, the labels of a data set as the last one, and what was left out.
  fileprivate func tableVariables() throws -> ([InformationVariable], notes: [String]) {
    switch argument(0) {
    case .table(let table)?: return try tableColumns(table)
    case .object(let data as DatasetObject)?:
      return (try located(at: "#0") { try dataColumns(data) }, [])
    default:
      let whole = try variable(at: 0, isClasses: false).variable
      return (try columns(of: whole), [])
    }
  }

  /// Other names of a data set's columns: those in its file, and `label`.
  fileprivate var otherColumnNames: [String: String] {
    guard let data: DatasetObject = object(0) else { return [:] }
    let own = zip(data.dataset.columnNames ?? [], data.variableNames).map { ($0, $1) }
    let labels = ["label", data.dataset.labelName].compactMap { $0 }
      .map { ($0, data.labelField ?? "label") }
    return Dictionary(own + labels, uniquingKeysWith: { first, _ in first })
  }

  /// Columns in which every cell has a number or a text; others can't be measured.
  private func tableColumns(_ table: Table) throws -> ([InformationVariable], notes: [String]) {
    var (variables, notes): ([InformationVariable], [String]) = ([], [])
    for (place, column) in table.columns.enumerated() {
      let cells = table.rows.map { $0[place] }
      if cells.contains(where: \.isNone) {
        notes.append(
          "\(column.name) was left out: \(cells.count(where: \.isNone)) of its cells are empty")
      } else if let numbers = Value.list(cells).asNumbers {
        let array = HostArray(numbers, shape: [numbers.count, 1])
        variables.append(
          try located(at: "#0") {
            try variable(
              array, name: column.name, isClasses: nil, mostClasses: Self.mostClassesOfColumn
            ).variable
          })
      } else if let texts = Value.list(cells.map(\.asClassName)).asTexts {
        variables.append(
          try located(at: "#0") {
            try InformationVariable(classes: InformationVariable.numbered(texts), name: column.name)
          })
      } else {
        notes.append("\(column.name) was left out: its cells are neither numbers nor text")
      }
    }
    return (variables, notes)
  }

  private func dataColumns(_ data: DatasetObject) throws -> [InformationVariable] {
    guard let items = data.field("all")?.asObject(ItemsObject.self) else { return [] }
    // In the table's units, in which whole numbers are whole.
    let values = items.inOwnUnits.flattened
    let names = data.variableNames.count == values.rowSize ? data.variableNames : nil
    guard values.rowSize <= 2_000 else {
      throw ScriptError(
        "E221",
        "\(values.rowSize) columns make \(values.rowSize * (values.rowSize - 1) / 2) pairs, too many",
        at: span(at: 0), notes: ["try: load … pca=20, or columns=[ … ] of a table"])
    }
    var variables = try (0..<values.rowSize).map { column in
      let own = stride(from: column, to: values.count, by: values.rowSize)
        .map { Double(values.elements[$0]) }
      return try variable(
        HostArray(own, shape: [own.count, 1]), name: names?[column] ?? "x\(column + 1)",
        isClasses: nil, mostClasses: Self.mostClassesOfColumn
      ).variable
    }
    if let labels = items.split.labels {
      variables.append(
        try InformationVariable(classes: labels, name: data.labelField ?? "label"))
    }
    return variables
  }
}

extension Value {
  /// True and false as text; everything else as it is.
  fileprivate var asClassName: Value {
    if case .bool(let flag) = self { return .string("\(flag)") }
    return self
  }
}
