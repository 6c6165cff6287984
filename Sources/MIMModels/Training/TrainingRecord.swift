import MIMCPU
import MIMTensor

/// How a model came about, and what continuing its training needs.
public struct TrainingRecord: Sendable, Equatable, Codable {
  /// The options of the last training.
  public let options: TrainingOptions
  /// The name of the data set.
  public let dataset: String
  /// Every epoch trained, also those after the kept one.
  public let history: TrainingHistory
  /// The epochs that the kept parameters have seen.
  public let epoch: Int
  /// The optimiser steps that the kept parameters have seen.
  public let step: UInt64
  /// The epoch with the best validation loss; nil without a validation split.
  public let bestEpoch: Int?
  /// The validation loss of that epoch.
  public let bestLoss: Double?
  /// How training ended.
  public let ending: TrainingEnding
  /// What the user should know about this training.
  public let warnings: [TrainingWarning]
  /// The instruction sets that its steps were computed with, in the order of their first use; nil in files of
  /// versions that didn't note it. Between two of them last digits differ.
  public internal(set) var instructionSets: [InstructionSet]?
  /// How far the next epoch has come, where training was stopped within it.
  public internal(set) var position: EpochPosition?
  /// The optimiser's state at the kept parameters, by the engine's names.
  public internal(set) var optimizerState: [String: HostArray<Float>] = [:]

  private enum CodingKeys: String, CodingKey {
    case options, dataset, history, epoch, step, bestEpoch, bestLoss, ending, warnings, position
    case instructionSets
  }

  /// Whether training was stopped from outside before it was through.
  public var isPartial: Bool { ending == .interrupted || ending == .diverged }

  /// Whether steps of it are known to be computed with another instruction set than the one in use.
  public var usesOtherInstructionSets: Bool {
    instructionSets.map { !$0.isEmpty && $0 != [.inUse] } ?? false
  }
}

/// How a training ended.
public enum TrainingEnding: String, Sendable, Hashable, Codable {
  /// All epochs were trained.
  case complete
  /// The patience ran out.
  case stoppedEarly
  /// The observer asked to stop.
  case interrupted
  /// The loss became NaN or infinite; this is the last good model.
  case diverged
}

/// What the user should know about a training that runs nevertheless.
public enum TrainingWarning: String, Sendable, Hashable, Codable, CustomStringConvertible {
  /// MIM − H with q(x) = marginal has no lower bound while β < 1.
  case unboundedDuringWarmup
  /// There is no validation split, so nothing stops early and the last epoch is kept.
  case noValidation

  /// One plain sentence with a remedy.
  public var description: String {
    switch self {
    case .unboundedDuringWarmup:
      "with entropy=flip and qx=marginal the loss ½(1 − β)(log p(x|z) + log p(z)) has no lower "
        + "bound while β < 1, so training will probably diverge; use warmup_beta=0"
    case .noValidation:
      "there is no validation split, so there is no early stopping and the last epoch is kept; "
        + "load the data with val=…"
    }
  }
}
