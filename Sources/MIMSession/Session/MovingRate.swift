/// Steps per second over the last half minute: an early slow step doesn't spoil the estimate for
/// the rest of the run.
package struct MovingRate {
  private var samples: [(done: Double, time: Double)] = []
  private static let window = 30.0
  private static let mostSamples = 400

  /// Nothing is known yet.
  package init() {}

  /// Takes the steps done at a time, in seconds.
  package mutating func add(done: Double, at time: Double) {
    // Work that begins anew, perhaps under the same title, has a pace of its own.
    if let last = samples.last, done < last.done { samples = [] }
    samples.append((done, time))
    samples = samples.filter { time - $0.time <= Self.window }
    if samples.count > Self.mostSamples {
      samples = samples.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    }
  }

  /// Seconds to go, nil while nothing is known yet.
  package func remaining(done: Double, total: Double) -> Double? {
    guard let first = samples.first, let last = samples.last, last.done > first.done,
      last.time > first.time, total >= done
    else { return nil }
    return (total - done) * (last.time - first.time) / (last.done - first.done)
  }
}
