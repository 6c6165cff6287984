import MIMTensor

/// Data in its splits with everything that belongs to it: labels, provenance, the
/// transform fitted on train, and for toys the density that it was drawn from.
public struct Dataset: Sendable {
  /// Its name: `mnist`, `toy "4"`, `table.csv`.
  public package(set) var name: String
  /// The items to train on. With dynamic binarisation they stay grey: every batch is drawn from them.
  public let train: DataSplit
  /// The items to select by; nil when the source has none.
  public let val: DataSplit?
  /// The items to measure on; nil when the source has none.
  public let test: DataSplit?
  /// What the numbers of an item are (`binary` as soon as there is a binarisation).
  public let valueKind: ValueKind
  /// How grey images are converted to binary ones.
  public let binarisation: Binarisation
  /// The files that were read.
  public let files: [DataFile]
  /// What was done to the items after reading; nil when nothing was.
  public let transform: DataTransform?
  /// Where the items were drawn from, for toys: the trainer draws fresh points every epoch.
  public let density: MixtureDensity?
  /// The names of the columns of a table without that of the labels; nil for anything else.
  public internal(set) var columnNames: [String]?
  /// The name of the column of a table that holds the labels; nil without labels, or without a header.
  public internal(set) var labelName: String?
  /// What the lines of a table are called; nil without `id=`.
  public internal(set) var lineNames: LineNames?
  /// What a user should know of how it was read.
  public internal(set) var notes: [String] = []
  /// Two variables with known information, which the items hold side by side; nil for anything else.
  public internal(set) var benchmark: BenchmarkPair?
  /// The source from which training items are redrawn every epoch; nil: they are those of `train`.
  public internal(set) var augmentation: Augmentation?
  /// How whoever made it makes it again, in a form of their own; nil: unknown. Values that hold the data set are kept with this
  /// instead of its items.
  public var recipe: [UInt8]?

  /// Precondition: all splits have the same item shape.
  public init(
    name: String, train: DataSplit, val: DataSplit? = nil, test: DataSplit? = nil,
    valueKind: ValueKind, binarisation: Binarisation = .none, files: [DataFile] = [],
    transform: DataTransform? = nil, density: MixtureDensity? = nil
  ) {
    precondition(
      [val, test].allSatisfy { $0 == nil || $0?.itemShape == train.itemShape },
      "splits of different item shapes")
    self.name = name
    self.train = train
    self.val = val
    self.test = test
    self.valueKind = valueKind
    self.binarisation = binarisation
    self.files = files
    self.transform = transform
    self.density = density
  }

  /// The shape of one item: `[2]`, `[1, 28, 28]` (channels, height, width).
  public var itemShape: Shape { train.itemShape }
  /// The names of the classes, by class number; nil for unlabelled data.
  public var classNames: [String]? { train.classNames }
  /// Whether items carry class labels.
  public var isLabelled: Bool { train.labels != nil }
  /// The splits that exist, train first.
  public var splits: [DataSplit] { [train] + [val, test].compactMap { $0 } }

  /// The split of that role; nil when there is none.
  public func split(_ role: DataSplit.Role) -> DataSplit? {
    switch role {
    case .train: train
    case .val: val
    case .test: test
    }
  }
}

/// What the numbers of an item are; decides the default likelihood.
public enum ValueKind: String, Sendable, Codable {
  /// Any real number: a Gaussian likelihood.
  case real
  /// 0 or 1: a Bernoulli likelihood.
  case binary
  /// Intensities of pixels, 0…1.
  case gray
}

/// How grey images become binary ones.
public enum Binarisation: String, Sendable, Codable, CaseIterable {
  /// Not at all.
  case none
  /// Every training batch is drawn again, x ~ Bernoulli(grey value); validation and test are drawn once, seeded.
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

  package init(path: String, sha256: String, bytes: Int) {
    self.path = path
    self.sha256 = sha256
    self.bytes = bytes
  }
}
