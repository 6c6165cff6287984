/// How a model is trained. The defaults are those of the language's `train`; `toyProtocol` and
/// `imageProtocol` are the authors' experiments.
public struct TrainingOptions: Sendable, Hashable, Codable {
  /// The largest number of further epochs.
  public var epochs = 50
  /// Items per step. Only full batches are used; what is left over is dropped.
  public var batch = 128
  /// The learning rate that the schedule starts from.
  public var learningRate = 1e-3
  /// How gradients become steps.
  public var optimizer = OptimizerKind.adam
  /// How the learning rate changes with the epoch.
  public var schedule = ScheduleKind.constant
  /// Epochs W of the learning rate's warm-up (schedule `noam`).
  public var warmup = 10
  /// Epochs of the warm-up of β; nil: the same as `warmup`. 0: β is full from the first epoch.
  public var warmupBeta: Int?
  /// Epochs without a better validation loss before training stops; nil: `warmup`. Without a
  /// validation split nothing stops early.
  public var patience: Int?
  /// Which epoch's model is the result.
  public var keep = KeepRule.best
  /// What losses are validated on; nil: `fixed`.
  public var validation: ValidationPoints?
  /// What the score-function gradient subtracts.
  public var baseline = BaselineKind.batch
  /// The x of the decoder branch; nil: `sample`.
  public var decoded: DecodedObservations?
  /// The seed of batches, noise and, for toys, of the points redrawn every epoch.
  public var seed: UInt64 = 0
  /// Threads of the plan. Results are the same for the same seed and number of threads.
  public var threads = 1

  /// Makes options with every default.
  public init() {}

  /// Epochs of the warm-up of β.
  public var betaWarmup: Int { warmupBeta ?? warmup }

  /// Experiments A and B: Noam, W = 3, patience W, at most 200 epochs.
  public static var toyProtocol: TrainingOptions {
    var options = TrainingOptions()
    options.epochs = 200
    options.schedule = .noam
    options.warmup = 3
    options.validation = .anew
    return options
  }

  /// Experiment C: gradient-normalised Adam, constant 5e-4, W = 100, patience 50, batch 100.
  public static var imageProtocol: TrainingOptions {
    var options = TrainingOptions()
    options.epochs = 2000
    options.batch = 100
    options.learningRate = 5e-4
    options.optimizer = .gradientNormalised
    options.warmup = 100
    options.patience = 50
    options.keep = .bestFromStart
    return options
  }
}

/// How gradients become steps.
public enum OptimizerKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// Adam (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1).
  case adam
  /// Adam on gradients divided, tensor by tensor, by their norm.
  case gradientNormalised = "adam_norm_grad"
}

/// How the learning rate changes with the epoch e = 1, 2, ….
public enum ScheduleKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// lr(e) = lr.
  case constant
  /// lr(e) = lr · min(e/W, √(W/e)) (Vaswani et al. 2017, arXiv:1706.03762, equation 3).
  case noam
}

/// Which epoch's model is the result of training.
public enum KeepRule: String, Sendable, Hashable, Codable, CaseIterable {
  /// The best validation loss among the epochs e ≥ W, W the warm-up of β.
  case best
  /// The best validation loss among all epochs; the patience only starts to run at e = W.
  case bestFromStart = "best_from_start"
  /// The last epoch, and no early stopping.
  case last
}

/// What a loss that selects the best epoch is taken over.
public enum ValidationPoints: String, Sendable, Hashable, Codable, CaseIterable {
  /// The items of the validation split.
  case fixed
  /// As many points as it has, drawn from the known density of the data anew for each epoch: the authors' form. Losses of two
  /// epochs then differ by chance as well, so that training stops earlier.
  case anew
}

/// What the score-function gradient subtracts from the loss of an item.
public enum BaselineKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// The mean loss of the batch's other items: same expectation, less variance.
  case batch
  /// Nothing: the authors' form.
  case none
}

/// The x of the decoder branch, given z from the anchor.
public enum DecodedObservations: String, Sendable, Hashable, Codable, CaseIterable {
  /// x ~ p(x|z), with the score-function term where x is discrete: the gradient of the objective, without bias.
  case sample
  /// The mean of p(x|z), through which no gradient flows: the form of the authors' image models. It is not the gradient of the
  /// objective. For pixels of 0 and 1, ∇ log p(x|z) is 0 at the mean, so that the branch says nothing about how sharp the decoder's
  /// images are, and only asks the encoder to find z again.
  case mean
}
