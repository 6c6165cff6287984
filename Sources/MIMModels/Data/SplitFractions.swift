import MIMTensor

/// How own data without splits is divided: a seeded shuffle, cut into train, validation, test.
struct SplitFractions {
  /// Of all items; they sum to 1.
  let train: Double
  let val: Double
  let test: Double

  /// `split=[.8, .1, .1]`; nil gives these. A 0 leaves that split out. With folds two are enough, as the fold is the test split.
  init(_ given: [Double]?, withFolds: Bool = false) throws {
    var fractions = given ?? [0.8, 0.1, 0.1]
    let text = "[" + fractions.map { "\($0)" }.joined(separator: ", ") + "]"
    if withFolds, fractions.count == 2 { fractions.append(0) }
    guard fractions.count == 3, fractions.allSatisfy({ $0.isFinite && $0 >= 0 }),
      fractions[0] > 0, abs(fractions.reduce(0, +) - 1) < 1e-6
    else {
      throw DataError.badOption(
        option: "split", value: text,
        rule: withFolds
          ? "write two fractions that sum to 1, for train and validation, such as [.9, .1]; the test split is the fold"
          : "write three fractions that sum to 1, for train, validation and test, such as "
            + "[.8, .1, .1] or [1, 0, 0]")
    }
    (train, val, test) = (fractions[0], fractions[1], fractions[2])
  }

  private init(train: Double, val: Double, test: Double) {
    (self.train, self.val, self.test) = (train, val, test)
  }

  /// Train and validation in the same proportion, of items that have no test split among them.
  func withoutTest() -> SplitFractions {
    SplitFractions(train: train / (train + val), val: val / (train + val), test: 0)
  }

  /// The items of each split, in shuffled order. Validation and test get the rounded fractions,
  /// train the rest; throws when a split that is requested would be empty.
  func indices(of count: Int, seed: UInt64) throws -> (train: [Int], val: [Int], test: [Int]) {
    let sizes = try counts(of: count)
    var random = RandomStream(seed: seed, stream: "split")
    let order = random.shuffled(count)
    return (
      Array(order.prefix(sizes.train)),
      Array(order.dropFirst(sizes.train).prefix(sizes.val)),
      Array(order.dropFirst(sizes.train + sizes.val))
    )
  }

  /// The same, with every class divided by the fractions as evenly as whole items allow. The splits are as large as without classes.
  /// - Parameter labels: the class of each item.
  func indices(
    of labels: [Int32], seed: UInt64
  ) throws -> (train: [Int], val: [Int], test: [Int]) {
    let sizes = try counts(of: labels.count)
    var random = RandomStream(seed: seed, stream: "split")
    let order = random.shuffled(labels.count)
    let (places, perClass) = Self.places(of: labels)
    let val = Self.shares(of: sizes.val, perClass)
    let test = Self.shares(of: sizes.test, zip(perClass, val).map { $0 - $1 })
    // The first of each class in this order are for validation, the next for the test.
    var seen = [Int](repeating: 0, count: perClass.count)
    var parts: (train: [Int], val: [Int], test: [Int]) = ([], [], [])
    parts.train.reserveCapacity(sizes.train)
    for item in order {
      let place = Int(places[item])
      let rank = seen[place]
      seen[place] += 1
      if rank < val[place] {
        parts.val.append(item)
      } else if rank < val[place] + test[place] {
        parts.test.append(item)
      } else {
        parts.train.append(item)
      }
    }
    return parts
  }

  /// The place of each item's class among the classes in order, and the items of each.
  private static func places(of labels: [Int32]) -> (places: [Int32], counts: [Int]) {
    guard let lowest = labels.min(), let highest = labels.max(), lowest >= 0, highest < 1 << 20
    else {
      let names = Set(labels).sorted()
      let place = Dictionary(uniqueKeysWithValues: zip(names, Int32(0)...))
      let places = labels.map { place[$0] ?? 0 }
      return (
        places, places.reduce(into: [Int](repeating: 0, count: names.count)) { $0[Int($1)] += 1 }
      )
    }
    var counts = [Int](repeating: 0, count: Int(highest) + 1)
    for label in labels { counts[Int(label)] += 1 }
    // Classes without items have shares of none, and change those of no other.
    return (labels, counts)
  }

  /// `total` items divided in proportion to the sizes of classes, each at most its own: the largest remainders round up.
  private static func shares(of total: Int, _ sizes: [Int]) -> [Int] {
    let all = sizes.reduce(0, +)
    guard all > 0 else { return sizes }
    let exact = sizes.map { Double($0) * Double(total) / Double(all) }
    var shares = exact.map { Int($0) }
    let order = exact.indices.sorted {
      let (a, b) = (exact[$0] - exact[$0].rounded(.down), exact[$1] - exact[$1].rounded(.down))
      return a == b ? $0 < $1 : a > b
    }
    var rest = total - shares.reduce(0, +)
    for place in order where rest > 0 && shares[place] < sizes[place] {
      shares[place] += 1
      rest -= 1
    }
    return shares
  }

  /// How many of `count` items each split gets.
  func counts(of count: Int) throws -> DataProbe.Counts {
    let valCount = Int((Double(count) * val).rounded())
    let testCount = min(count - valCount, Int((Double(count) * test).rounded()))
    let trainCount = count - valCount - testCount
    for (role, size, share) in [
      (DataSplit.Role.train, trainCount, train), (.val, valCount, val), (.test, testCount, test),
    ] where share > 0 && size == 0 {
      throw DataError.emptySplit(
        role: role, items: count,
        detail: "write split=[1, 0, 0] to use all items for training, or choose larger fractions")
    }
    return .init(train: trainCount, val: valCount, test: testCount)
  }
}

/// Items read from own files, before they are divided.
struct UndividedData {
  let name: String
  let items: HostArray<Float>
  let labels: [Int32]?
  let classNames: [String]?
  let valueKind: ValueKind
  let files: [DataFile]
  /// The place of each item in the file; nil where these are all of its items in order.
  var places: [Int32]?

  /// Divides, limits, binarises and scales as the options say.
  func dataset(_ options: DataOptions) throws -> Dataset {
    let fractions = try SplitFractions(options.split, withFolds: options.folds != nil)
    if options.stratifies == true, labels == nil {
      throw DataError.badOption(
        option: "stratify", value: "true", rule: "needs classes; say where they are with label=")
    }
    let parts =
      if let folds = options.folds {
        try folds.indices(
          of: items.rowCount, labels: options.stratifies ?? true ? labels : nil, fractions)
      } else if let labels, options.stratifies ?? true {
        try fractions.indices(of: labels, seed: options.divisionSeed ?? options.seed)
      } else {
        try fractions.indices(of: items.rowCount, seed: options.divisionSeed ?? options.seed)
      }
    let all = DataSplit(
      role: .train, items: items, labels: labels, classNames: classNames,
      places: places ?? (0..<items.rowCount).map { Int32(truncatingIfNeeded: $0) })
    func part(_ role: DataSplit.Role, _ indices: [Int]) -> DataSplit? {
      indices.isEmpty ? nil : all.selecting(indices).inRole(role)
    }
    return try Dataset(
      name: name, train: all.selecting(parts.train), val: part(.val, parts.val),
      test: part(.test, parts.test), valueKind: valueKind, files: files
    ).prepared(options)
  }
}

extension Dataset {
  /// Binarised, limited and scaled as the options say, in this order.
  func prepared(_ options: DataOptions) throws -> Dataset {
    try binarised(options.binarisation ?? .none).limitedIfAsked(options)
      .scaled(options.scaling ?? .none)
  }
}
