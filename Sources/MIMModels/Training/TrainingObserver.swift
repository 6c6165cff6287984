/// What a caller wants to hear of a training, and how it stops one. All closures are called on
/// the thread that trains, and none of them changes the result except by stopping.
public struct TrainingObserver {
  /// After every epoch.
  public var onEpoch: (EpochProgress) -> Void = { _ in }
  /// Whether `onEpoch` gets the number of active units, which takes less than a hundredth of the time.
  public var wantsActiveUnits = false
  /// After every step, for progress lines.
  public var onStep: ((StepProgress) -> Void)?
  /// Before the first step, for each thing the user should know.
  public var onWarning: (TrainingWarning) -> Void = { _ in }
  /// Asked after every epoch (counted from 1); where true, `onModel` gets the model as it is then.
  public var wantsModel: (Int) -> Bool = { _ in false }
  /// Receives the models that `wantsModel` requested.
  public var onModel: (Model) -> Void = { _ in }
  /// When a checkpoint was taken up, written, or could not be written.
  public var onCheckpoint: (CheckpointEvent) -> Void = { _ in }
  /// Asked before every step; true ends the training with the model so far.
  public var shouldStop: () -> Bool = { false }

  /// An observer that hears nothing and never stops.
  public init() {}
}

/// An epoch as the observer sees it.
public struct EpochProgress: Sendable {
  /// What it gave.
  public let record: EpochRecord
  /// Its wall-clock seconds.
  public let seconds: Double
  /// The epoch after which training ends at the latest.
  public let lastEpoch: Int
  /// The best validation loss so far.
  public let bestLoss: Double?
  /// Its epoch.
  public let bestEpoch: Int?
  /// Epochs since the best one, as the patience counts them.
  public let waited: Int
  /// The patience; nil when nothing stops early.
  public let patience: Int?
  /// The latent units in use, where the observer wants them and they have been measured.
  public let activeUnits: ActiveUnits?
}

/// A step as the observer sees it.
public struct StepProgress: Sendable {
  /// The epoch, counted from 1.
  public let epoch: Int
  /// The epoch after which training ends at the latest.
  public let lastEpoch: Int
  /// The step within the epoch, counted from 1.
  public let step: Int
  /// Steps in an epoch.
  public let stepsPerEpoch: Int
  /// The loss of this step.
  public let loss: Double
}
