import Foundation

/// How lengths of time are written.
public enum DurationText {
  /// Beside progress: `0:42`, `12:05`, `5:04 h`.
  public static func text(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
    let whole = Int(seconds.rounded())
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    return hours > 0
      ? "\(hours):" + String(format: "%02d h", minutes)
      : "\(minutes):" + String(format: "%02d", whole % 60)
  }

  /// A length that is only roughly known: `42 s`, `12 min`, `5.1 h`.
  static func rough(_ seconds: Double) -> String {
    func tenths(_ value: Double) -> String { NumberFormat.fourDigits.string(value.rounded() / 10) }
    if seconds < 120 { return "\(tenths(seconds * 10)) s" }
    if seconds < 7200 { return "\(tenths(seconds / 6)) min" }
    return "\(tenths(seconds / 360)) h"
  }
}
