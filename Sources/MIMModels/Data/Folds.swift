import MIMTensor

/// One part of a cross-validation: the items are dealt into `count` folds, and one of them is the test split. Each item is in the test split of
/// exactly one fold, whatever else differs between them: which fold an item is in depends on `seed` alone.
public struct Folds: Sendable, Equatable {
  /// How many folds there are.
  public let count: Int
  /// The one that is the test split, from 1.
  public let place: Int
  /// What the items are shuffled by.
  public let seed: UInt64

  /// Fold `place` of `count`.
  public init(count: Int, place: Int, seed: UInt64) {
    self.count = count
    self.place = place
    self.seed = seed
  }

  /// The items of each split. What is not tested on is divided into train and validation by their fractions.
  /// - Parameters:
  ///   - items: how many there are.
  ///   - labels: the classes, where each of them is to be dealt evenly.
  /// - Throws: ``DataError`` where there are fewer items than folds, or `place` is none of them.
  func indices(
    of items: Int, labels: [Int32]?, _ fractions: SplitFractions
  ) throws -> (train: [Int], val: [Int], test: [Int]) {
    try check(items)
    var random = RandomStream(seed: seed, stream: "folds")
    let order = random.shuffled(items)
    // Dealt class after class, so that the folds differ by one item at most, in all and in each class.
    let dealt =
      labels.map { labels in
        order.enumerated().sorted {
          (labels[$0.element], $0.offset) < (labels[$1.element], $1.offset)
        }.map(\.element)
      } ?? order
    var fold = [Int](repeating: 0, count: items)
    for (turn, item) in dealt.enumerated() { fold[item] = turn % count + 1 }
    let rest = order.filter { fold[$0] != place }
    let parts = fractions.withoutTest()
    let (train, val, _) =
      if let labels {
        try parts.indices(of: rest.map { labels[$0] }, seed: seed)
      } else {
        try parts.indices(of: rest.count, seed: seed)
      }
    return (train.map { rest[$0] }, val.map { rest[$0] }, order.filter { fold[$0] == place })
  }

  /// How many of `items` each split gets.
  func counts(of items: Int, _ fractions: SplitFractions) throws -> DataProbe.Counts {
    try check(items)
    let test = items / count + (place <= items % count ? 1 : 0)
    let rest = try fractions.withoutTest().counts(of: items - test)
    return .init(train: rest.train, val: rest.val, test: test)
  }

  /// Throws for a fold that can't be.
  func check() throws {
    guard (1...max(1, count)).contains(place) else {
      throw DataError.badOption(
        option: "fold", value: "\(place)", rule: "choose 1 to \(count), the number of folds")
    }
  }

  private func check(_ items: Int) throws {
    try check()
    guard count <= items else {
      throw DataError.badOption(
        option: "folds", value: "\(count)", rule: "choose \(items) or fewer, one item a fold")
    }
  }
}

extension DataOptions {
  /// How many of `items` each split gets.
  func counts(of items: Int) throws -> DataProbe.Counts {
    let fractions = try SplitFractions(split, withFolds: folds != nil)
    return try folds?.counts(of: items, fractions) ?? fractions.counts(of: items)
  }
}
