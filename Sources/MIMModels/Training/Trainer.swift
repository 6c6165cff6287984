import MIMTensor

/// Trains models: one step after the other over one plan, by the protocol in `TrainingOptions`.
public enum Trainer {
  /// Trains `model` on `data.train`, selecting on `data.val`, and gives the kept model; the
  /// argument stays as it was. A trained model is trained on: its optimiser state, epoch and step
  /// counters continue, so that two trainings of n epochs with `keep=last` and one seed equal one
  /// of 2n, bit for bit. Data with a known density is drawn anew every epoch.
  ///
  /// Throws `ModelError`: unusable options, items of another width or kind, fewer items than a
  /// batch, `diverged` with the last good model on NaN or infinity.
  public static func train(
    _ model: Model, on data: Dataset, options: TrainingOptions = TrainingOptions(),
    observer: TrainingObserver = TrainingObserver()
  ) throws -> Model {
    throw ModelError.unusableRequest(reason: "not built yet")
  }

  /// Finds everything that would make `train` throw before its first step, without doing work.
  public static func check(
    _ specification: ModelSpecification, on data: Dataset, options: TrainingOptions
  ) throws {
    throw ModelError.unusableRequest(reason: "not built yet")
  }
}
