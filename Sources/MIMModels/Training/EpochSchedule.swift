/// What depends on the epoch e = 1, 2, … alone.
package struct EpochSchedule: Sendable {
  let options: TrainingOptions
  let objective: Objective
  /// The β that the warm-up ends at.
  let fullBeta: Double

  package init(_ options: TrainingOptions, specification: ModelSpecification) {
    self.options = options
    objective = specification.tracedObjective
    fullBeta = specification.beta
  }

  /// Constant, or lr · min(e/W, √(W/e)) (Noam).
  package func learningRate(_ epoch: Int) -> Double {
    switch options.schedule {
    case .constant: options.learningRate
    case .noam where options.warmup == 0: options.learningRate
    case .noam:
      options.learningRate
        * min(
          Double(epoch) / Double(options.warmup),
          (Double(options.warmup) / Double(epoch)).squareRoot())
    }
  }

  /// β(e) = β · min(1, e/W): linear from β/W (Bowman et al. 2016, arXiv:1511.06349).
  package func beta(_ epoch: Int) -> Double {
    warmedUp(epoch) ? fullBeta : fullBeta * Double(epoch) / Double(options.betaWarmup)
  }

  /// Whether the decoder branch is added in this epoch: once β is full, or always where nothing works without it.
  package func runsDecoderBranch(_ epoch: Int) -> Bool {
    objective.hasDecoderBranch && (objective.needsBothBranches || warmedUp(epoch))
  }

  private func warmedUp(_ epoch: Int) -> Bool { epoch >= options.betaWarmup }
}
