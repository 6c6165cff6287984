import MIMTensor

/// Trains models: one step after the other over one plan, by the protocol in `TrainingOptions`.
public enum Trainer {
  /// Trains `model` on `data.train`, selecting on `data.val`, and gives the kept model; the
  /// argument stays as it was. A trained model is trained on: its optimiser state, epoch and step
  /// counters continue, so that two trainings of n epochs with `keep=last` and one seed equal one
  /// of 2n, bit for bit. Data with a known density is redrawn every epoch.
  ///
  /// With `checkpoint`, interrupted training continues where its file says, and ends with the same bytes as
  /// an unbroken one, and a finished one is not repeated.
  ///
  /// With several ranks in `collective`, all of which must make this call, each computes its part of every
  /// batch; the result is on all of them that of one rank with the whole batches, within rounding.
  ///
  /// Throws `ModelError`: unusable options, items of another width or kind, fewer items than a
  /// batch, `diverged` with the last good model on NaN or infinity, a checkpoint of another
  /// training; `FileError` when the first checkpoint cannot be written.
  public static func train(
    _ model: Model, on data: Dataset, options: TrainingOptions = TrainingOptions(),
    checkpoint: CheckpointOptions? = nil, observer: TrainingObserver = TrainingObserver(),
    collective: any Collective = SerialCollective()
  ) throws -> Model {
    var run = try collective.together {
      try check(model.specification, on: data, options: options, ranks: collective.size)
      try data.requireFiniteItems()
      return try TrainingRun(
        model, on: data, options: options, checkpoint: checkpoint, collective: collective)
    }
    try run.requireSameStart(model)
    return try run.train(observer)
  }

  /// Finds everything that would make `train` throw before its first step, except for NaN in the
  /// data, without doing work. A distillation needs no density of given items.
  public static func check(
    _ specification: ModelSpecification, on data: Dataset, options: TrainingOptions,
    ranks: Int = 1, isDistillation: Bool = false
  ) throws {
    try specification.validate()
    if !isDistillation { try specification.requireQuickDensity() }
    try options.validate()
    try options.requireDivisible(by: ranks)
    try specification.requireFit(of: data)
    for split in [data.train, data.val].compactMap({ $0 }) {
      try specification.requireLabels(split.labels, items: split.count)
    }
    guard data.train.count >= options.batch else {
      throw ModelError.tooFewItems(split: "train", count: data.train.count, batch: options.batch)
    }
    if specification.marginal.component.isDataAnchor, data.trainingDensity == nil {
      throw ModelError.unknownDataDensity(dataset: data.name)
    }
    let least = specification.posterior.component.leastItems
    let vectors = data.train.count * (specification.codePlaces?.count ?? 1)
    guard vectors >= least else {
      throw ModelError.unusableOption(
        name: PosteriorSlot.option, value: specification.posterior.description,
        reason: "its \(least) codes are more than the \(vectors) vectors that choose them, of "
          + "\(data.train.count) training items; use fewer")
    }
    if specification.tracedObjective.isPairwise {
      try specification.requireWholeBatches(of: data, options: options, ranks: ranks)
    }
    if options.decoded == .mean {
      try specification.requireDecodedMean()
    }
    if options.validation == .anew, data.trainingDensity == nil {
      throw ModelError.unusableTrainingOption(
        name: "validate", value: "anew",
        reason: "only unscaled toy data can be redrawn; leave out the option")
    }
  }

  /// What a user should know before this training starts.
  public static func warnings(
    _ specification: ModelSpecification, on data: Dataset, options: TrainingOptions
  ) -> [TrainingWarning] {
    var warnings: [TrainingWarning] = []
    if specification.tracedObjective.isUnboundedDuringWarmup,
      specification.marginal.component.isEstimated, options.betaWarmup > 1
    {
      warnings.append(.unboundedDuringWarmup)
    }
    if data.val == nil, options.keep != .last { warnings.append(.noValidation) }
    return warnings
  }
}

extension ModelSpecification {
  /// Throws where an objective that reads all items of a batch together would see one item, or a part of the batch.
  fileprivate func requireWholeBatches(
    of data: Dataset, options: TrainingOptions, ranks: Int
  ) throws {
    guard ranks == 1 else {
      throw ModelError.unusableTrainingOption(
        name: "parallel", value: "data",
        reason: "`\(objective.word)` reads all items of a batch together; "
          + "leave out the option, and share out sweeps instead")
    }
    guard options.batch > 1 else {
      throw ModelError.unusableTrainingOption(
        name: "batch", value: "\(options.batch)",
        reason: "`\(objective.word)` compares the items of a batch; use batch=2 or more")
    }
    guard data.val?.count != 1 else {
      throw ModelError.tooFewItems(split: "val", count: 1, batch: 2)
    }
  }

  /// Throws `unusableTrainingOption` where there is no decoder branch, or the decoder has no mean in closed form.
  fileprivate func requireDecodedMean() throws {
    let reason: String? =
      if !tracedObjective.hasDecoderBranch {
        "a model of kind `\(objective.word)` has no decoder branch; leave out the option"
      } else if objective.component.adversary(for: self) != nil {
        "`\(objective.word)` takes its gradient through draws of x; leave out the option"
      } else if decoder.component.isAutoregressive {
        "a PixelCNN draws one pixel after another and has no mean; leave out the option"
      } else {
        nil
      }
    guard let reason else { return }
    throw ModelError.unusableTrainingOption(name: "decoded", value: "mean", reason: reason)
  }

  /// Throws `otherItems` unless the data's items have this model's width and kind.
  func requireFit(of data: Dataset) throws {
    let found = ItemDescription(size: data.itemShape.count, kind: data.valueKind)
    let expected = ItemDescription(size: itemSize, kind: valueKind)
    guard found.size == expected.size, (found.kind == .real) == (expected.kind == .real) else {
      throw ModelError.otherItems(expected: expected, found: found)
    }
  }

  /// Throws `otherItems` unless rows `[n, …]` have this model's width.
  func requireWidth(of items: HostArray<Float>) throws {
    let size = items.shape.dimensions.dropFirst().reduce(1, *)
    guard items.shape.rank >= 1, size == itemSize else {
      throw ModelError.otherItems(
        expected: ItemDescription(size: itemSize, kind: valueKind),
        found: ItemDescription(size: size, kind: valueKind))
    }
  }
}

extension Dataset {
  /// The density that training may draw from: only that of the items as they are.
  var trainingDensity: MixtureDensity? {
    transform == nil && density?.dimension == itemShape.count ? density : nil
  }

  func requireFiniteItems() throws {
    for split in [train, val].compactMap({ $0 }) {
      if let position = split.items.elements.firstIndex(where: { !$0.isFinite }) {
        throw ModelError.notFiniteItem(
          split: split.role.rawValue, row: position / max(1, split.items.rowSize))
      }
    }
  }
}
