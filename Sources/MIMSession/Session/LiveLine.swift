import Foundation
import MIMScript

/// One line that tells how far long work has come, drawn over itself:
/// `137/2000  ━━━━━━━━────────────  loss 84.1 ▆▅▃▂▁  val 85.0  …  ETA 5:04 h`.
package struct LiveLine {
  private let usesUnicode: Bool
  private var rate = MovingRate()
  private var lastDrawn = -Double.infinity
  private var title = ""

  /// Drawing more often than this, in seconds, only costs time.
  package static let shortestPause = 0.1

  package init(usesUnicode: Bool) {
    self.usesUnicode = usesUnicode
  }

  /// The text to draw for an update at time `now` (seconds), or nil when it is too early for the
  /// next one. Never wider than `width`.
  package mutating func text(for update: ProgressUpdate, now: Double, width: Int) -> String? {
    if update.title != title {
      title = update.title
      rate = MovingRate()
      lastDrawn = -.infinity
    }
    rate.add(done: update.done, at: now)
    guard now - lastDrawn >= Self.shortestPause else { return nil }
    lastDrawn = now
    return TextWidth.truncated(line(for: update, width: width), to: width - 1)
  }

  /// The counts, and of the other parts those that fit.
  private func line(for update: ProgressUpdate, width: Int) -> String {
    let parts = parts(of: update, width: width).filter {
      !$0.text.isEmpty && (usesUnicode || !$0.isDrawing)
    }
    return Self.joined(zip(parts, Self.fitting(parts, in: width - 1)).filter(\.1).map(\.0))
  }

  private func parts(of update: ProgressUpdate, width: Int) -> [LivePart] {
    let details =
      update.live?.parts ?? [LivePart(update.detail, importance: LivePart.whole)]
    guard let total = update.total, total > 0 else {
      return [LivePart(Self.count(update.done), importance: .max)] + details
    }
    var parts = [
      LivePart("\(Self.count(update.done))/\(Self.count(total))", importance: .max),
      LivePart(
        bar(fraction: update.done / total, cells: width >= 100 ? 20 : 12), importance: LivePart.bar),
    ]
    parts += details
    let remaining =
      update.live?.remaining ?? update.remaining
      ?? rate.remaining(done: update.done, total: total)
    if let remaining {
      parts.append(
        LivePart("ETA " + DurationText.text(remaining), importance: LivePart.timeLeft))
    }
    return parts
  }

  /// Which parts fit: the most important first, and of the others those for which there is room.
  private static func fitting(_ parts: [LivePart], in width: Int) -> [Bool] {
    var isIn = [Bool](repeating: false, count: parts.count)
    let order = parts.indices.sorted { (parts[$1].importance, $0) < (parts[$0].importance, $1) }
    for index in order {
      if parts[index].isAttached {
        let head = parts[..<index].lastIndex { !$0.isAttached }
        guard let head, isIn[head] else { continue }
      }
      isIn[index] = true
      let line = joined(zip(parts, isIn).filter(\.1).map(\.0))
      // The counts are cut rather than left out.
      if TextWidth.columns(line) > width, parts[index].importance < LivePart.whole {
        isIn[index] = false
      }
    }
    return isIn
  }

  private static func joined(_ parts: [LivePart]) -> String {
    parts.reduce(into: "") { line, part in
      if !line.isEmpty { line += part.isAttached ? " " : "  " }
      line += part.text
    }
  }

  private func bar(fraction: Double, cells: Int) -> String {
    let share = fraction.isFinite ? min(max(fraction, 0), 1) : 0
    let filled = Int((share * Double(cells)).rounded(.down))
    return usesUnicode
      ? String(repeating: "━", count: filled) + String(repeating: "─", count: cells - filled)
      : String(repeating: "=", count: filled) + String(repeating: ".", count: cells - filled)
  }

  private static func count(_ value: Double) -> String {
    Int(exactly: value.rounded(.down)).map(String.init) ?? "?"
  }
}
