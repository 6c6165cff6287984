import MIMTensor

/// What the arrays of an .npz are, by their names.
struct ArrayNames {
  /// Items and labels of one split.
  struct Pair: Equatable {
    let items: String
    let labels: String?
  }

  /// Whether the file brings its own splits.
  enum Form: Equatable {
    case undivided(items: String, labels: String?)
    case divided([DataSplit.Role: Pair])
  }

  let form: Form

  /// The names of the arrays that `form` speaks of.
  var used: Set<String> {
    switch form {
    case .undivided(let items, let labels): Set([items, labels].compactMap { $0 })
    case .divided(let splits):
      Set(splits.values.flatMap { [$0.items, $0.labels].compactMap { $0 } })
    }
  }

  /// The arrays that hold classes.
  var labels: Set<String> {
    switch form {
    case .undivided(_, let labels): Set([labels].compactMap { $0 })
    case .divided(let splits): Set(splits.values.compactMap(\.labels))
    }
  }

  /// Sorts out the names; throws when there is nothing to train on, or when options contradict
  /// what the file has.
  init(_ names: Set<String>, _ request: DataRequest) throws {
    guard !names.isEmpty else {
      throw DataError.unusableArrays(
        path: request.name, detail: "it contains no arrays (no .npy files in the archive)")
    }
    let splits = Self.splits(names)
    if splits[.train] != nil {
      try Self.refuse(request.options, where: request.name)
      form = .divided(splits)
      return
    }
    let label = try Self.label(names, request)
    let candidates = ["x", "X", "data"].filter(names.contains)
    let others = names.subtracting([label].compactMap { $0 })
    guard let items = candidates.first ?? (others.count == 1 ? others.first : nil),
      items != label
    else {
      throw DataError.unusableArrays(
        path: request.name,
        detail: "it has the arrays \(names.sorted().joined(separator: ", ")); name them x and y, "
          + "or x_train, y_train, x_test, y_test")
    }
    if let count = request.options.validationCount {
      throw DataError.badOption(
        option: "val", value: "\(count)", rule: "the file has no splits; use split=[.8, .1, .1]")
    }
    form = .undivided(items: items, labels: label)
  }

  private static func splits(_ names: Set<String>) -> [DataSplit.Role: Pair] {
    var splits: [DataSplit.Role: Pair] = [:]
    for role in [DataSplit.Role.train, .val, .test] {
      let word = role.rawValue
      guard let items = ["x_\(word)", "X_\(word)", word].first(where: names.contains) else {
        continue
      }
      let labels = ["y_\(word)", "\(word)_labels"].first(where: names.contains)
      splits[role] = Pair(items: items, labels: labels)
    }
    return splits
  }

  private static func label(_ names: Set<String>, _ request: DataRequest) throws -> String? {
    switch request.options.label {
    case nil: return ["y", "Y", "labels"].first(where: names.contains)
    case .name(let name) where names.contains(name): return name
    case .name(let name):
      throw DataError.noSuchColumn(path: request.name, column: name, columns: names.sorted())
    case .number(let number):
      throw DataError.badOption(
        option: "label", value: "\(number)", rule: "use the name of the array, as in label=\"y\"")
    }
  }

  private static func refuse(_ options: DataOptions, where path: String) throws {
    if options.split != nil {
      throw DataError.badOption(
        option: "split", value: "…", rule: "\(path) has its own splits; leave it out")
    }
    if options.folds != nil {
      throw DataError.badOption(
        option: "folds", value: "…", rule: "\(path) has its own splits; leave it out")
    }
    if options.label != nil {
      throw DataError.badOption(
        option: "label", value: "…", rule: "\(path) has its own labels (y_train, …)")
    }
  }
}
