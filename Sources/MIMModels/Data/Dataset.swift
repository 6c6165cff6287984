import MIMTensor

/// Items of one split with their labels. Labels always travel with their items.
public struct DataSplit: Sendable {
  /// `train`, `val` or `test`; selections keep it, so that test data can be told apart for ever.
  public let role: Role
  /// The items, `[n, …itemShape]`; pixels are 0…1.
  public let items: HostArray<Float>
  /// One class number per item, counted from 0; nil for unlabelled data.
  public let labels: [Int32]?

  /// What a split may be used for.
  public enum Role: String, Sendable, Codable { case train, val, test }

  /// Makes a split. Precondition: as many labels as items.
  public init(role: Role, items: HostArray<Float>, labels: [Int32]?) {
    precondition(labels.map { $0.count == items.rowCount } ?? true, "labels without items")
    self.role = role
    self.items = items
    self.labels = labels
  }

  /// The number of items.
  public var count: Int { items.rowCount }
}

/// What the numbers of an item are; decides the default likelihood.
public enum ValueKind: String, Sendable, Codable {
  /// Any real number: a Gaussian likelihood.
  case real
  /// 0 or 1: a Bernoulli likelihood.
  case binary
  /// Grey values 0…1.
  case gray
}

/// How grey images become binary ones.
public enum Binarisation: String, Sendable, Codable {
  /// Not at all.
  case none
  /// Every training batch anew, x ~ Bernoulli(grey value); validation and test once, seeded.
  case dynamic
  /// Every split once, seeded.
  case fixed
}

/// A file that was read, for provenance.
public struct DataFile: Sendable, Hashable, Codable {
  /// Its path as found.
  public let path: String
  /// SHA-256 of its bytes on disk, lower-case hexadecimal.
  public let sha256: String
  /// Its size in bytes.
  public let bytes: Int

  /// Makes a record.
  public init(path: String, sha256: String, bytes: Int) {
    self.path = path
    self.sha256 = sha256
    self.bytes = bytes
  }
}
