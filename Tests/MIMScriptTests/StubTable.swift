import MIMScript

/// A small fake of the session's table: verbs that return facts, a random verb that returns its
/// seed, a failing verb, and every verb that the specification's examples use.
enum StubTable {
  static let table = HostTable(
    data + models + makers + measures + looks + session + probes,
    topics: [HelpTopic("priors", summary: "priors", lines: ["normal, learned, vampprior"])],
    objects: [
      ObjectKind(
        "data set",
        fields: ["train", "val", "test"].map {
          ($0, "its items", { .object(type: "data set", facts: $0) })
        })
    ])

  static let network: [WordSpec] = [
    WordSpec(
      "mlp", parameters: [Parameter("width", .integer(1...100_000), repeats: true, "units")],
      "layers"),
    WordSpec("conv", "convolutions"),
    WordSpec(
      "pixelcnn",
      parameters: [
        Parameter("layers", .integer(1...100), default: .number(8), "layers"),
        Parameter("channels", .integer(1...4096), default: .number(64), "channels"),
      ], "autoregressive decoder"),
  ]

  static let metrics: [WordSpec] = [
    WordSpec(
      "nll", parameters: [Parameter("samples", .integer(1...1_000_000), default: .number(1), "S")],
      "negative log-likelihood"),
    WordSpec("elbo", "bound"), WordSpec("rmse", "error"), WordSpec("collapse", "active units"),
    WordSpec(
      "mi",
      parameters: [
        Parameter("k", .integer(1...100), default: .number(5), "neighbours"),
        Parameter("n", .integer(10...1_000_000), default: .number(3000), "points"),
      ], "mutual information"),
    WordSpec(
      "knn", parameters: [Parameter("k", .list(.integer(1...1000)), default: .number(5), "k")],
      "accuracy"),
    WordSpec(
      "nmi", parameters: [Parameter("seed", .integer(0...1_000_000), isOptional: true, "seed")],
      "agreement"),
  ]

  static func words(_ names: String...) -> ParameterType { .word(names.map { WordSpec($0, $0) }) }

  static let dataSet = ParameterType.object(["data set"])
  static let model = ParameterType.object(["model"])
  static let count = ParameterType.integer(1...1_000_000_000)
  static let save = Parameter("save", .path, "file")
}

extension HostFunction {
  /// A stub that gives an object of its result type with the facts of its first argument.
  init(
    stub name: String, _ group: Group, _ result: String, _ positional: [Parameter] = [],
    _ options: [Parameter] = [], isRandom: Bool = false, columns: [String]? = nil
  ) {
    self.init(
      name, group: group, summary: "stub", positional: positional, options: options,
      result: result, resultType: result == "none" ? nil : result, example: name,
      isRandom: isRandom
    ) { call in
      if result == "none" { return .none }
      var facts: [String: Value] = [:]
      if case .object(let object)? = call.positional.first { facts = object.facts }
      return .object(StubObject(typeName: result, facts: facts, columnNames: columns))
    }
  }
}
