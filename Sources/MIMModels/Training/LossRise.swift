/// A loss that rose far above the least before it, by a hundred times the size of that or more: a training that got lost, although every
/// loss is finite.
package struct LossRise: Equatable {
  /// The least loss before it rose, and its epoch, from 1.
  package let least: Double
  package let leastEpoch: Int
  /// The first loss far above, and its epoch.
  package let most: Double
  package let mostEpoch: Int

  /// Nil where there is none among the losses of the epochs.
  package init?(_ losses: [Double]) {
    guard var least = losses.first, least.isFinite else { return nil }
    var leastEpoch = 1
    for (place, loss) in losses.enumerated() where loss.isFinite {
      if loss < least { (least, leastEpoch) = (loss, place + 1) }
      if loss > least + 100 * (abs(least) + 1) {
        (self.least, self.leastEpoch, most, mostEpoch) = (least, leastEpoch, loss, place + 1)
        return
      }
    }
    return nil
  }
}
