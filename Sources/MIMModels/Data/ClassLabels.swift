import MIMTensor

/// Class numbers from what files call classes.
struct ClassLabels {
  /// One class number per item, counted from 0.
  let labels: [Int32]
  /// What each class is called.
  let names: [String]

  /// From texts: the distinct ones in order (by value when all are numbers, else by letter) are
  /// classes 0, 1, …
  init(texts: [String]) { self.init(texts: texts, distinct: Set(texts)) }

  /// Of several splits: the classes are those of all of them.
  static func each(_ splits: [String: [String]]) -> [String: ClassLabels] {
    let distinct = Set(splits.values.joined())
    return splits.mapValues { ClassLabels(texts: $0, distinct: distinct) }
  }

  /// From the distinct texts, in any order, and the place of each item's text among them.
  init(distinct: [String], places: [Int32]) {
    let classes = ClassLabels(texts: distinct)
    labels = places.map { classes.labels[Int($0)] }
    names = classes.names
  }

  private init(texts: [String], distinct: Set<String>) {
    let numbers = distinct.compactMap { text in Double(text).map { (text, $0) } }
    let names =
      numbers.count == distinct.count
      ? numbers.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0) : distinct.sorted()
    let classes = Dictionary(
      names.enumerated().map { ($1, Int32(truncatingIfNeeded: $0)) }, uniquingKeysWith: { $1 })
    self.labels = texts.map { classes[$0] ?? 0 }
    self.names = names
  }

  /// From an array of whole numbers from 0 on, one per item, which are taken as they are.
  init(_ array: StoredArray, path: String) throws {
    let isColumn =
      array.shape.rank == 1 || array.shape.dimensions.dropFirst().allSatisfy { $0 == 1 }
    guard array.shape.rank >= 1, isColumn else {
      throw DataError.unusableArrays(
        path: path, detail: "labels need the shape [n], but these have \(array.shape)")
    }
    var labels: [Int32] = []
    for (row, value) in array.doubles.elements.enumerated() {
      guard let label = Int32(exactly: value), (0..<1_000_000).contains(label) else {
        throw DataError.badLabel(path: path, row: row + 1, value: "\(value)")
      }
      labels.append(label)
    }
    self.labels = labels
    self.names = (0...max(0, labels.max() ?? 0)).map(String.init)
  }

  private init(labels: [Int32], names: [String]) {
    self.labels = labels
    self.names = names
  }

  /// Of several splits, whose numbers mean the same: where most of the classes are in none of them, as with years or codes for classes, those
  /// that there are get numbers from 0 on, and keep their names. Others are as they were.
  static func withoutGaps(_ splits: [ClassLabels]) -> [ClassLabels] {
    let names = splits.map(\.names).max { $0.count < $1.count } ?? []
    let distinct = splits.reduce(into: Set<Int32>()) { $0.formUnion($1.labels) }.sorted()
    guard names.count > 2 * distinct.count, distinct.allSatisfy({ names.indices.contains(Int($0)) })
    else { return splits }
    let places = Dictionary(
      distinct.enumerated().map { ($1, Int32(truncatingIfNeeded: $0)) }, uniquingKeysWith: { $1 })
    return splits.map { split in
      ClassLabels(
        labels: split.labels.map { places[$0] ?? 0 }, names: distinct.map { names[Int($0)] })
    }
  }
}
