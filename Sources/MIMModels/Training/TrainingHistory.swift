/// What one epoch gave.
public struct EpochRecord: Sendable, Hashable, Codable {
  /// Counted from 1 over the whole life of the model.
  public let epoch: Int
  /// Means over the training batches, at that epoch's β.
  public let train: LossTerms
  /// Means over the validation split at β = the specification's; nil without such a split.
  public let val: LossTerms?
  /// The learning rate of the epoch.
  public let learningRate: Double
  /// The β of the epoch.
  public let beta: Double
  /// Whether this epoch's model became the best so far.
  public let isBest: Bool
}

/// The mean loss and its parts, in nats per item.
public struct LossTerms: Sendable, Hashable, Codable {
  /// The objective. When the decoder branch runs, the mean of both branches.
  public let loss: Double
  /// Reconstruction: −log p(x|z) in the encoder branch.
  public let recon: Double
  /// log q(z|x) − log p(z) in the encoder branch; nil for a delta posterior.
  public let kl: Double?
  /// What parts of the model add to the loss in the encoder branch, by name (`ExtraLoss`); nil where nothing does.
  public let extras: [String: Double]?
}

/// The epochs of a training as columns. Seconds stand apart: everything else is the same for the
/// same seed.
public struct TrainingHistory: Sendable, Equatable, Codable {
  /// One record per epoch, in order.
  public internal(set) var epochs: [EpochRecord]
  /// Wall-clock seconds of each epoch.
  public internal(set) var seconds: [Double]

  private enum CodingKeys: String, CodingKey { case epochs }

  /// Reads a history; files don't keep the seconds, so that equal trainings give equal bytes.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    epochs = try container.decode([EpochRecord].self, forKey: .epochs)
    seconds = [Double](repeating: .nan, count: epochs.count)
  }

  /// An empty history.
  public init() {
    epochs = []
    seconds = []
  }

  /// The number of epochs.
  public var count: Int { epochs.count }

  /// The columns that exist once per split, `train` and `val`.
  public static let splitColumns = ["loss", "recon", "kl"]

  /// The names of what parts of the model add to the loss: columns too, once per split.
  public var extraColumns: [String] {
    Set(epochs.flatMap { $0.train.extras ?? [:] }.map(\.key)).sorted()
  }

  /// A column by name; `split` (`train` when nil) matters for `splitColumns` and `extraColumns` only. Nil for
  /// an unknown name or split; missing values are NaN.
  public func column(_ name: String, split: String? = nil) -> [Double]? {
    switch name {
    case "epoch": epochs.map { Double($0.epoch) }
    case "lr": epochs.map(\.learningRate)
    case "beta": epochs.map(\.beta)
    case "seconds": seconds
    case "loss": terms(split)?.map { $0?.loss ?? .nan }
    case "recon": terms(split)?.map { $0?.recon ?? .nan }
    case "kl": terms(split)?.map { $0?.kl ?? .nan }
    case let name where extraColumns.contains(name):
      terms(split)?.map { $0?.extras?[name] ?? .nan }
    default: nil
    }
  }

  private func terms(_ split: String?) -> [LossTerms?]? {
    switch split ?? "train" {
    case "train": epochs.map(\.train)
    case "val": epochs.map(\.val)
    default: nil
    }
  }
}
