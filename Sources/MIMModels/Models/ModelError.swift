/// Errors in a model, its options, its file or the data given to it.
public enum ModelError: Error, Sendable {
  /// A model option whose value can't be used, by itself or together with the others.
  case unusableOption(name: String, value: String, reason: String)
  /// An option of training whose value can't be used.
  case unusableTrainingOption(name: String, value: String, reason: String)
  /// The model was made for items of another width or kind (the session's E301).
  case otherItems(expected: ItemDescription, found: ItemDescription)
  /// The model sees the class of every item, and these have none.
  case needsLabels(kind: String)
  /// An item of a class that the model doesn't know.
  case otherClasses(found: Int, known: [String])
  /// Codes of another width than the model's latent space.
  case otherLatentSize(expected: Int, found: Int)
  /// q(x) = data needs a known density, which only toy data has.
  case unknownDataDensity(dataset: String)
  /// Fewer items than one full batch.
  case tooFewItems(split: String, count: Int, batch: Int)
  /// An item with NaN or infinity in it.
  case notFiniteItem(split: String, row: Int)
  /// Training reached NaN or infinity.
  case diverged(Divergence)
  /// A file that is not a mim-repl model, or is damaged.
  case unreadableModel(path: String, reason: String)
  /// A file that is not a checkpoint, or is damaged.
  case unreadableCheckpoint(path: String, reason: String)
  /// A checkpoint of a training with another model, other data or options.
  case otherCheckpoint(path: String, differences: [String])
  /// A reference file that can't be compared with.
  case unreadableReference(path: String, reason: String)
  /// The ranks of a data-parallel training did not start from the same.
  case ranksDiffer(what: String)
  /// The parameters don't fit the specification.
  case parametersDoNotFit(reason: String)
  /// A metric that this model has no value for.
  case undefinedMetric(name: String, reason: String)
  /// A metric that doesn't exist.
  case unknownMetric(name: String, known: [String])
  /// A request that the model can't serve, such as sampling a marginal prior without data.
  case unusableRequest(reason: String)
}

/// The properties of a data set's items that a model depends on.
public struct ItemDescription: Sendable, Equatable, CustomStringConvertible {
  /// The number of values in one item.
  public let size: Int
  /// The kind of values.
  public let kind: ValueKind

  package init(size: Int, kind: ValueKind) {
    self.size = size
    self.kind = kind
  }

  /// `784 binary values`
  public var description: String { "\(size) \(kind.rawValue) value\(size == 1 ? "" : "s")" }
}

extension ModelError: CustomStringConvertible {
  /// One plain sentence, with a remedy if there is one.
  public var description: String {
    switch self {
    case .unusableOption(let name, let value, let reason),
      .unusableTrainingOption(let name, let value, let reason):
      "\(name)=\(value) can't be used: \(reason)"
    case .otherItems(let expected, let found):
      "this model was made for \(expected), but the data has \(found) per item"
    case .needsLabels(let kind):
      "a model of kind `\(kind)` sees the class of every item, and these have none; "
        + "load them with label=COLUMN, or take items of a labelled data set"
    case .otherClasses(let found, let known):
      "an item has class number \(found), but this model knows \(known.count) classes, "
        + "\(known.prefix(8).joined(separator: ", "))\(known.count > 8 ? " …" : "")"
    case .otherLatentSize(let expected, let found):
      "this model's latent space has \(expected) dimensions, but the codes have \(found)"
    case .unknownDataDensity(let dataset):
      "qx=data needs a known density P(x), which toy data has but \(dataset) does not; "
        + "use qx=marginal"
    case .tooFewItems(let split, let count, let batch):
      "the \(split) split has \(count) items, fewer than one batch of \(batch); "
        + "use batch=\(max(1, count))"
    case .notFiniteItem(let split, let row):
      "item \(row) of the \(split) split contains NaN or infinity"
    case .diverged(let divergence): divergence.description
    case .unreadableModel(let path, let reason): "\(path) can't be loaded as a model: \(reason)"
    case .unreadableCheckpoint(let path, let reason):
      "\(path) can't be used as a checkpoint: \(reason); give checkpoint= another name, or "
        + "write force=true to start again and overwrite it"
    case .otherCheckpoint(let path, let differences):
      "\(path) is the checkpoint of another training: \(differences.joined(separator: ", ")); "
        + "give checkpoint= another name, or write force=true to start anew over it"
    case .unreadableReference(let path, let reason):
      "\(path) can't be read as reference numbers: \(reason)"
    case .ranksDiffer(let what):
      "the ranks have different \(what): every rank needs the same files and the same kind of "
        + "processor; train without parallel=data, or see docs/cluster.md"
    case .parametersDoNotFit(let reason): "the parameters don't fit the model: \(reason)"
    case .undefinedMetric(let name, let reason): "\(name) has no value here: \(reason)"
    case .unknownMetric(let name, let known):
      "there is no metric \(name); the model's metrics are \(known.joined(separator: ", "))"
    case .unusableRequest(let reason): reason
    }
  }
}
