import Foundation
import Synchronization

/// A request to stop, settable from a signal handler: two atomics, no locks, no allocation.
///
/// The first request stops the work after its current step and keeps the result so far; a second one
/// within two seconds discards the result.
public final class Interruption: Sendable {
  /// The urgency of a request.
  public enum Level: Int, Sendable, Comparable {
    /// No stop was requested.
    case none
    /// After this step; the partial result is kept and marked.
    case stop
    /// Now; the partial result is thrown away.
    case drop

    /// Orders by urgency.
    public static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
  }

  /// Why the work received a request to stop; decides the exit code.
  public enum Cause: Int, Sendable {
    /// Ctrl-C: exit 130.
    case user
    /// SIGTERM: exit 143.
    case termination
    /// `timeout:` of a cell or `--timeout`: exit 124.
    case timeout
    /// The reader of standard output has gone (`| head`): exit 141, without a word.
    case closedPipe
    /// A newer text of the notebook makes the work needless: it is thrown away, without a word.
    case superseded

    /// Whether nothing is said about it.
    var isSilent: Bool { self == .closedPipe || self == .superseded }
  }

  private let levelValue = Atomic<Int>(0)
  private let causeValue = Atomic<Int>(0)
  private let lastRequest = Atomic<Int64>(0)
  /// Wishes from outside that the program end; two end a prompt.
  private let endRequests = Atomic<Int>(0)
  /// A second request within this many nanoseconds drops the work.
  private static let secondRequestWindow: Int64 = 2_000_000_000

  /// Creates a state without a request to stop.
  public init() {}

  /// Asks the program to end: the work stops, and a prompt ends when it is asked twice, or when `isFinal`, as its terminal is gone.
  public func requestEnd(isFinal: Bool) {
    endRequests.add(isFinal ? 2 : 1, ordering: .acquiringAndReleasing)
    request(.termination)
  }

  /// Whether a prompt has to end.
  public var isEndRequested: Bool { endRequests.load(ordering: .acquiring) >= 2 }

  /// Forgets wishes to end: somebody is at the prompt.
  public func forgetEndRequests() { endRequests.store(0, ordering: .releasing) }

  /// Asks to stop. Async-signal-safe: `clock_gettime` and atomics only.
  public func request(_ cause: Cause = .user) {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let now = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    let before = lastRequest.exchange(now, ordering: .acquiringAndReleasing)
    let isSecond =
      cause == .superseded
      || cause == .user && levelValue.load(ordering: .acquiring) != 0
        && now - before < Interruption.secondRequestWindow
    if levelValue.load(ordering: .acquiring) == 0 {
      causeValue.store(cause.rawValue, ordering: .releasing)
    }
    levelValue.store(isSecond ? Level.drop.rawValue : Level.stop.rawValue, ordering: .releasing)
  }

  /// Forgets the request, before new work begins.
  public func clear() {
    levelValue.store(0, ordering: .releasing)
    causeValue.store(0, ordering: .releasing)
    lastRequest.store(0, ordering: .releasing)
  }

  /// How urgent it is.
  public var level: Level { Level(rawValue: levelValue.load(ordering: .acquiring)) ?? .none }

  /// The cause of the request; meaningful when `level` is not `.none`.
  public var cause: Cause { Cause(rawValue: causeValue.load(ordering: .acquiring)) ?? .user }

  /// True once a stop was requested.
  public var isRequested: Bool { level != .none }
}
