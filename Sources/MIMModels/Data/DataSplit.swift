import MIMCPU
import MIMTensor

/// Items of one split with their labels. Labels always stay with their items.
public struct DataSplit: Sendable, Codable {
  /// `train`, `val` or `test`; selections keep it, so that test data can always be recognised.
  public let role: Role
  /// The items, `[n, …itemShape]`; pixels are 0…1.
  public let items: HostArray<Float>
  /// One class number per item, counted from 0; nil for unlabelled data.
  public let labels: [Int32]?
  /// The names of the classes, by class number; nil for unlabelled data.
  public let classNames: [String]?
  /// What the items were made from; nil where that isn't known.
  public let factors: ItemFactors?

  /// The row of each item in the training split, −1 for one of another split; nil where none is a training item.
  public let trainingRows: [Int]?

  /// The place of each item in the file that it was read from, from 0, not counting what stands above the first; nil for others.
  public let places: [Int32]?

  /// What a split may be used for.
  public enum Role: String, Sendable, Codable { case train, val, test }

  /// Without `trainingRows`, the items of a training split are its rows in order. Precondition: as many labels, rows,
  /// and rows of factors, as items.
  public init(
    role: Role, items: HostArray<Float>, labels: [Int32]? = nil, classNames: [String]? = nil,
    trainingRows: [Int]? = nil, factors: ItemFactors? = nil, places: [Int32]? = nil
  ) {
    precondition(places.map { $0.count == items.rowCount } ?? true, "places without items")
    self.places = places
    precondition(trainingRows.map { $0.count == items.rowCount } ?? true, "rows without items")
    self.trainingRows = trainingRows ?? (role == .train ? Array(0..<items.rowCount) : nil)
    precondition(labels.map { $0.count == items.rowCount } ?? true, "labels without items")
    precondition(
      factors.map { $0.values.rowCount == items.rowCount } ?? true, "factors without items")
    self.factors = factors
    self.role = role
    self.items = items
    self.labels = labels
    self.classNames = labels == nil ? nil : classNames
  }

  /// The number of items.
  public var count: Int { items.rowCount }
  /// The shape of one item.
  public var itemShape: Shape { Shape(Array(items.shape.dimensions.dropFirst())) }

  /// The items at `indices`, in that order, with their labels. Precondition: indices in range.
  public func selecting(_ indices: [Int]) -> DataSplit {
    DataSplit(
      role: role, items: items.gatheredRows(indices),
      labels: labels.map { labels in indices.map { labels[$0] } }, classNames: classNames,
      trainingRows: trainingRows.map { rows in indices.map { rows[$0] } },
      factors: factors?.selecting(indices),
      places: places.map { places in indices.map { places[$0] } })
  }

  /// The same items as a split of their own.
  func inRole(_ role: Role) -> DataSplit {
    DataSplit(
      role: role, items: items, labels: labels, classNames: classNames, factors: factors,
      places: places)
  }

  /// The first `count` items (all when there are fewer).
  public func prefix(_ count: Int) -> DataSplit {
    count >= self.count ? self : selecting(Array(0..<max(0, count)))
  }

  /// The same labels with other items, one for each: after a transform or an encoder.
  public func replacingItems(_ items: HostArray<Float>) -> DataSplit {
    DataSplit(
      role: role, items: items, labels: labels, classNames: classNames, trainingRows: trainingRows,
      factors: factors, places: places)
  }
}
