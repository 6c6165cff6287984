import Foundation
import MIMScript
import MIMSession

/// One line that tells how far long work has come, drawn over itself:
/// `137/2000 ━━━━╸──────────  loss 84.1  …  ETA 5:04 h`.
struct LiveLine {
  private let usesUnicode: Bool
  private var rate = MovingRate()
  private var lastDrawn = -Double.infinity
  private var title = ""

  /// Drawing more often than this only costs time.
  private static let shortestPause = 0.1

  init(usesUnicode: Bool) {
    self.usesUnicode = usesUnicode
  }

  /// The text to draw for an update at time `now` (seconds), or nil when it is too early for the
  /// next one. Never wider than `width`.
  mutating func text(for update: ProgressUpdate, now: Double, width: Int) -> String? {
    if update.title != title {
      title = update.title
      rate = MovingRate()
      lastDrawn = -.infinity
    }
    rate.add(done: update.done, at: now)
    guard now - lastDrawn >= Self.shortestPause else { return nil }
    lastDrawn = now
    return LiveLine.fit(line(for: update, now: now, width: width), to: width - 1)
  }

  private func line(for update: ProgressUpdate, now: Double, width: Int) -> String {
    guard let total = update.total, total > 0 else {
      return "\(LiveLine.count(update.done))  \(update.detail)"
    }
    let counts = "\(LiveLine.count(update.done))/\(LiveLine.count(total))"
    var parts = [counts]
    if width >= 60 {
      parts.append(bar(fraction: update.done / total, cells: width >= 100 ? 20 : 12))
    }
    parts.append(update.detail)
    if let seconds = update.remaining ?? rate.remaining(done: update.done, total: total) {
      parts.append("ETA " + DurationText.text(seconds))
    }
    return parts.joined(separator: "  ")
  }

  private func bar(fraction: Double, cells: Int) -> String {
    let filled = Int((min(max(fraction, 0), 1) * Double(cells)).rounded(.down))
    return usesUnicode
      ? String(repeating: "━", count: filled) + String(repeating: "─", count: cells - filled)
      : String(repeating: "=", count: filled) + String(repeating: ".", count: cells - filled)
  }

  private static func count(_ value: Double) -> String {
    Int(exactly: value.rounded(.down)).map(String.init) ?? "?"
  }

  /// A text cut to a width.
  static func fit(_ text: String, to width: Int) -> String {
    text.count <= width ? text : String(text.prefix(max(width - 1, 0))) + "…"
  }
}
