/// Which epoch is the best so far, and when waiting for a better one ends.
package struct EpochSelection: Sendable {
  let rule: KeepRule
  /// W, the warm-up of β.
  let warmup: Int
  /// Nil: nothing stops early.
  let patience: Int?
  package private(set) var bestEpoch: Int?
  package private(set) var bestLoss: Double?
  package private(set) var waited = 0

  package init(_ options: TrainingOptions, hasValidation: Bool) {
    rule = hasValidation ? options.keep : .last
    warmup = options.betaWarmup
    patience = rule == .last ? nil : options.patience ?? options.warmup
  }

  /// Takes over what an earlier run had selected.
  mutating func restore(bestEpoch: Int?, bestLoss: Double?, waited: Int) {
    (self.bestEpoch, self.bestLoss, self.waited) = (bestEpoch, bestLoss, waited)
  }

  /// Notes an epoch's validation loss; true when it is the best so far. `best` looks at e ≥ W
  /// only; `bestFromStart` at all epochs, but counts none before W as waited for.
  package mutating func notes(_ loss: Double?, epoch: Int) -> Bool {
    guard rule != .last, let loss else { return false }
    if epoch >= warmup || rule == .bestFromStart, loss < bestLoss ?? .infinity {
      (bestEpoch, bestLoss, waited) = (epoch, loss, 0)
      return true
    }
    waited = epoch < warmup ? 0 : epoch - max(bestEpoch ?? 0, warmup - 1)
    return false
  }

  /// Whether more epochs than the patience went by without a better one.
  package var isExhausted: Bool { patience.map { waited > $0 } ?? false }
}
