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

  /// From an array of whole numbers from 0 on, one per item. They are taken as they are, unless most of the numbers below the largest are
  /// missing.
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
    let count = Int(labels.max() ?? 0) + 1
    let distinct = Set(labels).sorted()
    guard count > 2 * distinct.count else {
      self.labels = labels
      self.names = (0..<count).map(String.init)
      return
    }
    // Years, codes: the numbers are names.
    let places = Dictionary(
      distinct.enumerated().map { ($1, Int32(truncatingIfNeeded: $0)) }, uniquingKeysWith: { $1 })
    self.labels = labels.map { places[$0] ?? 0 }
    self.names = distinct.map(String.init)
  }
}
