import Foundation
import MIMFormats
import MIMScript
import Synchronization

/// Results on stdout and messages on stderr as plain lines: for pipes, files and logs. Progress
/// is one line at most every ten seconds, and the summary of finished work; no carriage returns.
public final class PlainOutput: SessionOutput {
  /// Where text goes: the two streams of a process.
  public struct Streams: Sendable {
    /// Takes results.
    public let out: @Sendable (String) -> Void
    /// Takes progress, messages and errors.
    public let error: @Sendable (String) -> Void

    /// Where results and where messages go, a piece of text at a time.
    public init(
      out: @escaping @Sendable (String) -> Void, error: @escaping @Sendable (String) -> Void
    ) {
      self.out = out
      self.error = error
    }

    /// stdout and stderr of this process. A reader that went away is not an error.
    public static let standard = Streams(
      out: { Descriptor.write($0, to: 1) }, error: { Descriptor.write($0, to: 2) })
  }

  private let streams: Streams
  private let asJSON: Bool
  private let isQuiet: Bool
  private let width: @Sendable () -> Int
  private let lastProgress = Mutex<(title: String, nanoseconds: UInt64)>(("", 0))
  /// Nanoseconds between two lines about the same work.
  private static let interval: UInt64 = 10_000_000_000

  /// - Parameters:
  ///   - asJSON: every shown value is one JSON line.
  ///   - isQuiet: no progress and no messages; errors and results still come.
  ///   - width: columns for text; called each time, because windows change their size.
  public init(
    streams given: Streams = .standard, asJSON: Bool = false, isQuiet: Bool = false,
    width: @escaping @Sendable () -> Int = { 80 }
  ) {
    // Nothing in a value, a message or a name can steer the terminal.
    streams = Streams(
      out: { given.out(VisibleText.escaped($0)) }, error: { given.error(VisibleText.escaped($0)) })
    self.asJSON = asJSON
    self.isQuiet = isQuiet
    self.width = width
  }

  /// Prints a value: its lines, or one JSON line.
  public func show(_ shown: ShownValue) {
    if asJSON {
      streams.out(shown.value.json.text() + "\n")
    } else {
      streams.out(shown.value.displayLines(width: width()).map { $0 + "\n" }.joined())
    }
  }

  /// Prints a message.
  public func message(_ text: String) {
    if !isQuiet { streams.error(text + "\n") }
  }

  /// Prints a line about long work, not too often.
  public func progress(_ update: ProgressUpdate) {
    guard !isQuiet, isDue(update) else { return }
    streams.error(PlainOutput.line(update) + "\n")
  }

  /// Prints an error.
  public func failure(_ error: ScriptError, text: String) {
    streams.error(text + "\n")
  }

  /// One line about long work: `train a · 137/2000 · loss 84.1`.
  static func line(_ update: ProgressUpdate) -> String {
    var parts = [update.title]
    if !update.isFinished {
      let done = count(update.done)
      parts.append(update.total.map { "\(done)/\(count($0))" } ?? done)
    }
    if !update.detail.isEmpty { parts.append(update.detail) }
    if let seconds = update.remaining, !update.isFinished {
      parts.append("ETA \(DurationText.text(seconds))")
    }
    return parts.joined(separator: " · ")
  }

  private static func count(_ number: Double) -> String {
    Int(exactly: number.rounded(.down)).map { String($0) } ?? String(number)
  }

  /// The first line about a piece of work waits its ten seconds too: short work gives its summary
  /// only.
  private func isDue(_ update: ProgressUpdate) -> Bool {
    let now = DispatchTime.now().uptimeNanoseconds
    return lastProgress.withLock { last in
      if update.isFinished {
        last = ("", now)
        return true
      }
      guard last.title == update.title else {
        last = (update.title, now)
        return false
      }
      guard now - last.nanoseconds >= PlainOutput.interval else { return false }
      last.nanoseconds = now
      return true
    }
  }
}
