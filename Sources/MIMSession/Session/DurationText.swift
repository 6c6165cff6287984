import Foundation

/// The text of durations in progress lines.
public enum DurationText {
  /// `0:42`, `12:05`, `5:04 h`.
  public static func text(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
    let whole = Int(seconds.rounded())
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    return hours > 0
      ? "\(hours):" + String(format: "%02d h", minutes)
      : "\(minutes):" + String(format: "%02d", whole % 60)
  }
}
