/// How far an epoch has come: the batches done and what they summed up to.
public struct EpochPosition: Sendable, Hashable, Codable {
  /// Batches done.
  public private(set) var batch = 0
  private var loss = 0.0
  private var recon = 0.0
  private var kl = 0.0
  private var extras: [String: Double]?

  /// The beginning of an epoch.
  init() {}

  /// Adds a batch with its mean terms.
  mutating func add(_ terms: LossTerms) {
    batch += 1
    loss += terms.loss
    recon += terms.recon
    kl += terms.kl ?? 0
    extras = terms.extras.map { (extras ?? [:]).merging($0, uniquingKeysWith: +) }
  }

  /// The means over the batches done.
  func means(hasKL: Bool) -> LossTerms {
    let count = Double(batch)
    return LossTerms(
      loss: loss / count, recon: recon / count, kl: hasKL ? kl / count : nil,
      extras: extras?.mapValues { $0 / count })
  }
}

extension TrainingRecord {
  /// Where an epoch that was cut off goes on, if this training has the same batches; nil starts
  /// the epoch from its first batch.
  func openEpoch(for options: TrainingOptions, on data: Dataset) -> EpochPosition? {
    guard let position, options.batch == self.options.batch, options.seed == self.options.seed,
      data.name == dataset, (0..<data.train.count / options.batch).contains(position.batch)
    else { return nil }
    return position
  }
}
