import MIMTensor

extension DataSplit {
  /// A selection of items with their labels, which keeps the role.
  ///
  /// Without `seed` the first items are taken, with it a seeded draw without replacement. With
  /// `perClass` so many of every class, grouped by class; `count` then cuts the result. Throws
  /// when there are too few items, or `perClass` meets unlabelled data; `name` is what the error
  /// calls them.
  public func take(
    _ count: Int? = nil, perClass: Int? = nil, seed: UInt64? = nil, name: String? = nil
  ) throws -> DataSplit {
    let order = orderOfChoice(seed: seed)
    let chosen =
      try perClass.map { try Self.pick($0, ofEach: labels, in: order, from: self) }
      ?? order
    guard let count else { return selecting(chosen) }
    guard count > 0 else {
      throw DataError.badOption(option: "take", value: "\(count)", rule: "take at least 1 item")
    }
    guard count <= chosen.count else {
      throw DataError.tooFewItems(
        wanted: count, available: chosen.count,
        of: name ?? "this part of the \(role.rawValue) split")
    }
    return selecting(Array(chosen.prefix(count)))
  }

  /// The labels, or the error that says what needs them.
  public func requireLabels(for needed: String) throws -> [Int32] {
    guard let labels else {
      throw DataError.unlabelled(name: "the \(role.rawValue) split", needed: needed)
    }
    return labels
  }

  /// How many items each class has, by class number; nil for unlabelled data.
  public var classCounts: [Int]? {
    guard let labels else { return nil }
    let classes = max(classNames?.count ?? 0, Int(labels.max() ?? -1) + 1)
    return labels.reduce(into: [Int](repeating: 0, count: classes)) { $0[Int($1)] += 1 }
  }

  private func orderOfChoice(seed: UInt64?) -> [Int] {
    guard let seed else { return Array(0..<count) }
    var random = RandomStream(seed: seed, stream: "take")
    return random.shuffled(count)
  }

  private static func pick(
    _ wanted: Int, ofEach labels: [Int32]?, in order: [Int], from split: DataSplit
  ) throws -> [Int] {
    guard wanted > 0 else {
      throw DataError.badOption(
        option: "per_class", value: "\(wanted)", rule: "take at least 1 of each class")
    }
    let labels = try labels ?? split.requireLabels(for: "per_class")
    var chosen: [Int32: [Int]] = [:]
    for index in order where chosen[labels[index], default: []].count < wanted {
      chosen[labels[index], default: []].append(index)
    }
    for (label, indices) in chosen.sorted(by: { $0.key < $1.key }) where indices.count < wanted {
      let name = split.classNames.map { $0[Int(label)] } ?? "\(label)"
      throw DataError.tooFewItems(
        wanted: wanted, available: indices.count, of: "class \(name)")
    }
    return chosen.sorted { $0.key < $1.key }.flatMap(\.value)
  }
}
