import MIMTensor

/// The options of a `load` statement. Options that have no effect for the source are an error
/// (``DataError/optionWithoutEffect(option:source:)``).
public struct DataOptions: Sendable {
  /// `val=`: how many items of the training files become the validation split, its last ones.
  /// nil: the source's default (10,000 for MNIST and Fashion-MNIST).
  public var validationCount: Int?
  /// `limit=`: the maximum number of items in each split; the first ones are kept.
  public var limit: Int?
  /// `binarize=`: how grey images become binary ones.
  public var binarisation: Binarisation?
  /// `seed=`: the stream for drawn toy points and for the shuffle before `split`.
  public var seed: UInt64 = 0
  /// The stream of the shuffle where it is another one: the same for all statements, so that two readings of one file have the same rows.
  public var divisionSeed: UInt64?
  /// `fetch=true`: missing files may be downloaded.
  public var fetch = false
  /// `dim=`: the dimension of a toy mixture (default 2).
  public var dimension: Int?
  /// `n=`: points drawn for each split of a toy (default 9,984 = 78 batches of 128).
  public var itemCount: Int?
  /// `label=`: the column of a table, or the array of an .npz, that holds the classes.
  public var label: ColumnReference?
  /// `id=`: the column of a table that names its lines, and is no feature.
  public var identity: ColumnReference?
  /// `columns=`: the features of a table, in the file's order; nil: all but the label's.
  public var columns: [ColumnReference]?
  /// `drop=`: columns of a table that are not read.
  public var dropped: [ColumnReference]?
  /// `categories=`: columns of text of a table, each of which becomes a column of 0 and 1 for each of its values.
  public var categories: [ColumnReference]?
  /// `missing=`: what becomes of the lines of a table that lack a value; nil: they are an error.
  public var missing: MissingValues?
  /// `decimal=`: the sign before the decimals in the numbers of a table; nil: what its numbers have.
  public var decimal: DecimalSign?
  /// `stratify=`: whether `split` divides each class by itself; nil: where there are classes.
  public var stratifies: Bool?
  /// `header=`: whether the first line of a table names its columns.
  public var header: HeaderLine?
  /// `split=[.8, .1, .1]`: fractions of train, validation and test of a seeded shuffle.
  public var split: [Double]?
  /// `folds=5 fold=2`: one part of a cross-validation.
  public var folds: Folds?
  /// `scale=`: fitted on train only, kept as the data set's transform.
  public var scaling: DataScaling?

  /// Nothing but defaults.
  public init() {}
}

/// A column by its name in the header or by its number, counted from 1.
public enum ColumnReference: Sendable, Hashable {
  case name(String)
  case number(Int)
}

/// What stands before the decimals of a number.
public enum DecimalSign: String, Sendable, CaseIterable {
  case point
  case comma
}

/// What becomes of a line of a table that lacks a value.
public enum MissingValues: String, Sendable, CaseIterable {
  /// It is left out.
  case drop
}

/// Whether the first line of a table is a header.
public enum HeaderLine: String, Sendable, CaseIterable {
  /// It is one when a feature cell of it is not a number.
  case auto
  case yes = "true"
  case no = "false"
}

/// How features are scaled before training, fitted on the training split.
public enum DataScaling: String, Sendable, Codable, CaseIterable {
  /// Not at all.
  case none
  /// (x − mean) / standard deviation, per feature; a constant feature is only shifted.
  case standard
  /// (x − least) / (greatest − least), per feature; a constant feature is only shifted.
  case minmax
}

/// What can be known about a data set from file names, headers and first lines alone, for
/// checks before anything runs.
public struct DataProbe: Sendable, Equatable {
  /// The shape of one item.
  public let itemShape: Shape
  /// What the numbers of an item are.
  public let valueKind: ValueKind
  /// Items in train, validation and test where the headers say so; nil where only a full read
  /// can tell (tables).
  public let counts: Counts?
  /// Whether items carry class labels.
  public let isLabelled: Bool
  /// The number of classes where it is known without reading the labels.
  public let classCount: Int?
  /// The names of variables that are fields of the data set; nil where there are none.
  public let columnNames: [String]?
  /// The name of the column of labels; nil where it has none.
  public let labelName: String?

  /// Items in each split.
  public struct Counts: Sendable, Equatable {
    /// Items to train on.
    public let train: Int
    /// Items to select by; 0 without a validation split.
    public let val: Int
    /// Items to measure on; 0 without a test split.
    public let test: Int

    /// 0 stands for a split that is not there.
    public init(train: Int, val: Int, test: Int) {
      self.train = train
      self.val = val
      self.test = test
    }
  }

  /// `counts` and `classCount` are nil where only reading all of the data tells them.
  public init(
    itemShape: Shape, valueKind: ValueKind, counts: Counts?, isLabelled: Bool, classCount: Int?,
    columnNames: [String]? = nil, labelName: String? = nil
  ) {
    self.columnNames = columnNames
    self.labelName = labelName
    self.itemShape = itemShape
    self.valueKind = valueKind
    self.counts = counts
    self.isLabelled = isLabelled
    self.classCount = classCount
  }
}
