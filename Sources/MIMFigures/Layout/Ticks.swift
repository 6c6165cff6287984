import Foundation

/// A labelled place on an axis.
struct Tick: Equatable {
  var value: Double
  var label: String
}

/// The ticks of an axis: labelled ones and, on logarithmic axes, small ones between.
struct Ticks: Equatable {
  var major: [Tick]
  var minor: [Double] = []

  /// Ticks at multiples of 1, 2 or 5 times a power of ten: the finest of at most `maximum` whose
  /// labels `fit` beside each other.
  static func choose(
    for scale: AxisScale, maximum: Int, fit: ([Tick]) -> Bool
  ) -> Ticks {
    scale.isLog
      ? logarithmic(scale, maximum: maximum, fit: fit)
      : Ticks(major: linear(scale, maximum: maximum, fit: fit))
  }

  private static func linear(
    _ scale: AxisScale, maximum: Int, fit: ([Tick]) -> Bool
  ) -> [Tick] {
    if scale.lower > scale.upper {
      let rising = AxisScale(lower: scale.upper, upper: scale.lower, isLog: false)
      return linear(rising, maximum: maximum, fit: fit)
    }
    let span = scale.upper - scale.lower
    guard span.isFinite, span > 0 else { return [] }
    let start = Int(floor(log10(span / Double(max(maximum, 1)))))
    for exponent in start...(start + 3) {
      for factor in [1.0, 2, 5] {
        let ticks = multiples(of: factor, exponent: exponent, in: scale)
        if ticks.count <= maximum, fit(ticks) { return ticks }
      }
    }
    return []
  }

  private static func multiples(of factor: Double, exponent: Int, in scale: AxisScale) -> [Tick] {
    let step = factor * pow(10, Double(exponent))
    let tolerance = (scale.upper - scale.lower) * 1e-9
    let first = ((scale.lower - tolerance) / step).rounded(.up)
    let last = ((scale.upper + tolerance) / step).rounded(.down)
    guard step > 0, first <= last, last - first < 1_000 else { return [] }
    let largest = max(abs(scale.lower), abs(scale.upper))
    return stride(from: first, through: last, by: 1).map { index in
      // A quotient by a power of ten is rounded once; a product with 0.1 would be 0.30000000000000004.
      let value =
        exponent < 0 && exponent > -300
        ? index * factor / pow(10, Double(-exponent)) : index * step
      return Tick(value: value, label: label(value, exponent: exponent, largest: largest))
    }
  }

  /// `value` with as many digits as a step of 10^`exponent` needs.
  static func label(_ value: Double, exponent: Int, largest: Double) -> String {
    if value == 0 { return "0" }
    let magnitude = Int(floor(log10(largest) + 1e-12))
    if magnitude >= 5 || magnitude < -3 {
      let own = Int(floor(log10(abs(value)) + 1e-12))
      let digits = min(max(0, own - exponent), 15)
      let mantissa = fixed(value / pow(10, Double(own)), decimals: digits)
      let power = "10" + superscript(own)
      return mantissa == "1" ? power : mantissa == "−1" ? "−" + power : mantissa + "×" + power
    }
    return fixed(value, decimals: min(max(0, -exponent), 15))
  }

  /// `value` with `decimals` digits after the point and a true minus sign.
  static func fixed(_ value: Double, decimals: Int) -> String {
    let text = String(format: "%.\(decimals)f", abs(value))
    let isZero = !text.contains { $0 != "0" && $0 != "." }
    return value < 0 && !isZero ? "−" + text : text
  }

  /// `value` in raised digits.
  static func superscript(_ value: Int) -> String {
    let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    return String(
      String(value).map { character in
        character.wholeNumberValue.map { digits[$0] } ?? "⁻"
      })
  }

  private static func logarithmic(
    _ scale: AxisScale, maximum: Int, fit: ([Tick]) -> Bool
  ) -> Ticks {
    let first = Int(ceil(log10(scale.lower) - 1e-9))
    let last = Int(floor(log10(scale.upper) + 1e-9))
    if last - first < 1 { return fine(scale, maximum: maximum, fit: fit) }
    let minor = last - first <= 5 ? minorTicks(scale, first - 1...last) : []
    for stride in [1, 2, 5, 10, 20, 50, 100, 200] {
      let exponents = (first...last).filter { $0.isMultiple(of: stride) }
      let plain = exponents.allSatisfy { (-3...4).contains($0) }
      let ticks = exponents.map { exponent in
        Tick(
          value: pow(10, Double(exponent)),
          label: plain
            ? fixed(pow(10, Double(exponent)), decimals: max(0, -exponent))
            : "10" + superscript(exponent))
      }
      if ticks.count <= maximum, fit(ticks) { return Ticks(major: ticks, minor: minor) }
    }
    return Ticks(major: [])
  }

  /// Within two decades: 1, 2, 5 of each, else evenly spaced values.
  private static func fine(
    _ scale: AxisScale, maximum: Int, fit: ([Tick]) -> Bool
  ) -> Ticks {
    let decades = Int(floor(log10(scale.lower)))...Int(ceil(log10(scale.upper)))
    let ticks = decades.flatMap { exponent in
      multiplesInDecade(exponent, in: scale)
    }
    let minor = minorTicks(scale, decades)
    if ticks.count >= 2, ticks.count <= maximum, fit(ticks) {
      return Ticks(major: ticks, minor: minor)
    }
    let plain = AxisScale(lower: scale.lower, upper: scale.upper, isLog: false)
    return Ticks(major: linear(plain, maximum: maximum, fit: fit))
  }

  private static func multiplesInDecade(_ exponent: Int, in scale: AxisScale) -> [Tick] {
    [1.0, 2, 5].compactMap { factor in
      let value = factor * pow(10, Double(exponent))
      guard value >= scale.lower, value <= scale.upper else { return nil }
      return Tick(value: value, label: label(value, exponent: exponent, largest: scale.upper))
    }
  }

  private static func minorTicks(_ scale: AxisScale, _ decades: ClosedRange<Int>) -> [Double] {
    decades.flatMap { exponent in
      (2...9).map { Double($0) * pow(10, Double(exponent)) }
    }.filter { $0 >= scale.lower && $0 <= scale.upper }
  }
}
