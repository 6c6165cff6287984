import Foundation
import Synchronization

/// Says that a statement is still at work where it says nothing itself: after a second and a half of silence, how long it has run.
final class Heartbeat: Sendable {
  private struct Work {
    let statement: String
    let begin: Double
    var lastWord: Double
    var hasSpoken = false
  }

  private let work = Mutex<Work?>(nil)
  private let isTicking = Mutex(false)
  private let say: @Sendable (Beat) -> Void
  private static let silence = 1.5

  /// A sign of life.
  struct Beat {
    /// The statement, on one line.
    let statement: String
    /// The seconds since it began.
    let seconds: Int
    /// The seconds since somebody spoke.
    let silence: Int
  }

  /// `say` may be called on any thread, one at a time.
  init(say: @escaping @Sendable (Beat) -> Void) { self.say = say }

  private static var now: Double { ProcessInfo.processInfo.systemUptime }

  /// A statement begins.
  func begins(_ statement: String) {
    let line = statement.prefix { $0 != "\n" }
    let title = line.count < statement.count ? line + " …" : line
    work.withLock { $0 = Work(statement: String(title), begin: Self.now, lastWord: Self.now) }
    startTicking()
  }

  /// Somebody else has spoken.
  func heard() { work.withLock { $0?.lastWord = Self.now } }

  /// The statement has ended.
  /// - Returns: whether a line of it may still stand on the screen.
  func ends() -> Bool {
    work.withLock { work in
      defer { work = nil }
      return work?.hasSpoken ?? false
    }
  }

  /// One thread for as long as the program lives.
  private func startTicking() {
    let isFirst = isTicking.withLock { isTicking in
      defer { isTicking = true }
      return !isTicking
    }
    guard isFirst else { return }
    Thread.detachNewThread { [weak self] in
      while let self {
        self.tick()
        Thread.sleep(forTimeInterval: 0.25)
      }
    }
  }

  private func tick() {
    // Within the lock, so that nothing is said of a statement that has ended.
    work.withLock { work in
      guard let current = work, Self.now - current.lastWord >= Self.silence else { return }
      work?.hasSpoken = true
      say(
        Beat(
          statement: current.statement, seconds: Int(Self.now - current.begin),
          silence: Int(Self.now - current.lastWord)))
    }
  }
}
