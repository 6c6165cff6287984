import Foundation

/// The mapping of values to shares of an axis.
struct AxisScale: Equatable {
  /// The value at the start of the axis.
  var lower: Double
  /// The value at its end.
  var upper: Double
  var isLog: Bool

  /// Larger magnitudes count as not finite: differences of them overflow.
  static let largest = 1e300

  /// Whether `value` has a place on a linear or logarithmic axis at all.
  static func accepts(_ value: Double, log: Bool) -> Bool {
    value.isFinite && abs(value) <= largest && (!log || value >= 1e-300)
  }

  /// The axis' own range, or the one of `values` with a margin of `share` on both sides.
  static func fitting(
    _ values: some Sequence<Double>, axis: Axis, share: Double = 0.05, fromZero: Bool = false
  ) -> AxisScale {
    let isLog = axis.scale == .log
    if let range = axis.range {
      return AxisScale(lower: range.lowerBound, upper: range.upperBound, isLog: isLog)
    }
    var lower = Double.infinity
    var upper = -Double.infinity
    for value in values where accepts(value, log: isLog) {
      lower = min(lower, value)
      upper = max(upper, value)
    }
    guard lower <= upper else {
      return AxisScale(lower: isLog ? 0.1 : 0, upper: isLog ? 10 : 1, isLog: isLog)
    }
    if isLog { return logarithmic(lower, upper, share: share) }
    if fromZero {
      lower = min(lower, 0)
      upper = max(upper, 0)
    }
    let tiny = max(abs(lower), abs(upper)) * 1e-10
    if upper - lower <= max(tiny, 1e-290) {
      let half = abs(lower) > 1e-280 ? abs(lower) * 0.1 : 1
      return AxisScale(lower: lower - half, upper: upper + half, isLog: false)
    }
    let margin = (upper - lower) * share
    return AxisScale(
      lower: fromZero && lower == 0 ? 0 : lower - margin,
      upper: fromZero && upper == 0 ? 0 : upper + margin, isLog: false)
  }

  private static func logarithmic(_ lower: Double, _ upper: Double, share: Double) -> AxisScale {
    let span = log10(upper / lower)
    let margin = span.isFinite && span > 1e-9 ? span * share : 0.3
    return AxisScale(
      lower: max(lower * pow(10, -margin), 1e-305), upper: min(upper * pow(10, margin), 1e305),
      isLog: true)
  }

  /// Where `value` stands between the start (0) and the end (1); outside the axis it is beyond.
  func share(of value: Double) -> Double {
    isLog
      ? (log10(value) - log10(lower)) / (log10(upper) - log10(lower))
      : (value - lower) / (upper - lower)
  }

  /// The same axis with its range stretched about its middle by `factor`.
  func stretched(by factor: Double) -> AxisScale {
    let half = (upper - lower) / 2 * factor
    let middle = lower / 2 + upper / 2
    return AxisScale(lower: middle - half, upper: middle + half, isLog: isLog)
  }
}

/// A plot area with its two axes.
struct PlotArea {
  var frame: Rect
  var x: AxisScale
  var y: AxisScale

  /// Where (`x`, `y`) stands on the page, kept within reach of Cairo's fixed-point numbers.
  func place(_ x: Double, _ y: Double) -> Point {
    let horizontal = min(max(self.x.share(of: x), -20), 20)
    let vertical = min(max(self.y.share(of: y), -20), 20)
    return Point(
      x: frame.x + horizontal * frame.width, y: frame.bottom - vertical * frame.height)
  }

  /// The same area with the longer axis stretched until a unit is equally long on both.
  func withEqualUnits() -> PlotArea {
    guard !x.isLog, !y.isLog, frame.width > 0, frame.height > 0 else { return self }
    let horizontal = (x.upper - x.lower) / frame.width
    let vertical = (y.upper - y.lower) / frame.height
    var result = self
    if horizontal < vertical {
      result.x = x.stretched(by: vertical / horizontal)
    } else {
      result.y = y.stretched(by: horizontal / vertical)
    }
    return result
  }
}
