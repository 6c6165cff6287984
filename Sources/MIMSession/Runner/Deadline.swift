import Dispatch

/// Asks to stop after a while, unless it is cancelled before.
final class Deadline {
  private let item: DispatchWorkItem

  /// Starts the clock; nil for no limit.
  init?(seconds: Double?, interruption: Interruption) {
    guard let seconds else { return nil }
    item = DispatchWorkItem { interruption.request(.timeout) }
    DispatchQueue.global().asyncAfter(deadline: .now() + min(seconds, 1e9), execute: item)
  }

  /// Stops the clock.
  func cancel() { item.cancel() }
}
