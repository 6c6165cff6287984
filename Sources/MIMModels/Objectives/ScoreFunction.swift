import MIMTensor

/// The gradient of an expectation under discrete choices c ~ p_θ(c), which no path leads through:
/// ∇ E[f] = E[∇f + (f − b) ∇ log p_θ(c)] (REINFORCE; Williams 1992).
package enum ScoreFunction {
  /// `itemLoss` `[batch]` with the same values, whose gradient has the score-function term for
  /// choices of log probability `logProbability` `[batch]`. The baseline of an item is the mean
  /// loss of the batch's other items: independent of the item's own choice, so the expectation
  /// doesn't change (Mnih and Rezende 2016, arXiv:1602.06725, section 2.2, across items).
  package static func loss(
    _ itemLoss: Tensor, logProbability: Tensor, baseline: BaselineKind,
    collective: any Collective = SerialCollective()
  ) -> Tensor {
    let advantage = centred(itemLoss, baseline, collective).stopGradient()
    return itemLoss + advantage * (logProbability - logProbability.stopGradient())
  }

  /// f_i − mean_{j ≠ i} f_j = (f_i − mean f) · n/(n − 1).
  /// The batch is that of all ranks.
  private static func centred(
    _ itemLoss: Tensor, _ baseline: BaselineKind, _ collective: any Collective
  ) -> Tensor {
    let count = itemLoss.count * collective.size
    guard baseline == .batch, count > 1 else { return itemLoss }
    let mean =
      collective.isShared ? itemLoss.mean().meanOverRanks(collective) : itemLoss.mean()
    return (itemLoss - mean) * (Float(count) / Float(count - 1))
  }
}
