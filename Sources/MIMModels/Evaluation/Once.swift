import Synchronization

/// A value that is computed when it is first asked for, and kept for the next who asks.
final class Once<Value: Sendable>: Sendable {
  private let kept = Mutex<Value?>(nil)

  /// The value; a failure is not kept.
  func value(_ make: () throws -> Value) throws -> Value {
    if let value = kept.withLock({ $0 }) { return value }
    let made = try make()
    kept.withLock { $0 = made }
    return made
  }
}
