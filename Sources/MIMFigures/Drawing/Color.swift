/// A colour in sRGB, components 0…1.
struct Color: Equatable, Sendable {
  var red: Double
  var green: Double
  var blue: Double
  var alpha = 1.0

  init(red: Double, green: Double, blue: Double, alpha: Double = 1) {
    self.red = red
    self.green = green
    self.blue = blue
    self.alpha = alpha
  }

  /// A colour from its 24-bit form, such as `0x0072B2`.
  init(hex: UInt32) {
    self.init(
      red: Double(hex >> 16 & 255) / 255, green: Double(hex >> 8 & 255) / 255,
      blue: Double(hex & 255) / 255)
  }

  func with(alpha: Double) -> Color {
    Color(red: red, green: green, blue: blue, alpha: alpha)
  }

  /// The colour between this one (0) and `other` (1).
  func mixed(with other: Color, _ share: Double) -> Color {
    Color(
      red: red + (other.red - red) * share, green: green + (other.green - green) * share,
      blue: blue + (other.blue - blue) * share)
  }

  /// Relative luminance as a rough sRGB weighting, to choose black or white text on top.
  var lightness: Double { 0.299 * red + 0.587 * green + 0.114 * blue }

  static let black = Color(hex: 0x000000)
  static let white = Color(hex: 0xFFFFFF)
  static let ink = Color(hex: 0x1A1A1A)
  static let faint = Color(hex: 0x6E6E6E)
  static let missing = Color(hex: 0xD9D9D9)
  static let magenta = Color(hex: 0xFF00FF)
  static let reconstruction = Color(hex: 0xD62728)
  static let posterior = Color(hex: 0x008A52)
}

/// Colours for classes and lines.
enum Palette {
  /// Okabe and Ito (2008), distinguishable with the common colour-vision deficiencies; black and
  /// yellow, which stand out or fade most on paper, come last.
  static let okabeIto: [Color] = [
    0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000, 0xF0E442,
  ].map(Color.init(hex:))

  /// Petroff (2021), arXiv 2107.02270: ten accessible colours.
  static let petroff10: [Color] = [
    0x3F90DA, 0xFFA90E, 0xBD1F01, 0x94A4A2, 0x832DB6, 0xA96B59, 0xE76300, 0xB9AC70, 0x717581,
    0x92DADD,
  ].map(Color.init(hex:))

  /// The palette for `count` classes.
  static func colors(for count: Int) -> [Color] {
    count <= okabeIto.count ? okabeIto : petroff10
  }
}

/// A perceptually uniform map from 0…1 to colours.
enum ColorMap {
  /// Ten anchors of viridis (Smith and van der Walt, 2015, CC0), joined linearly: within 0.02 of
  /// the full table in every component.
  private static let anchors: [Color] = [
    0x440154, 0x482878, 0x3E4A89, 0x31688E, 0x26828E, 0x1F9E89, 0x35B779, 0x6ECE58, 0xB5DE2B,
    0xFDE725,
  ].map(Color.init(hex:))

  /// The colour at `share`, clamped to 0…1.
  static func color(at share: Double) -> Color {
    let place = min(max(share, 0), 1) * Double(anchors.count - 1)
    let index = min(Int(place), anchors.count - 2)
    return anchors[index].mixed(with: anchors[index + 1], place - Double(index))
  }

  /// The colour of `value` within `range`; light gray where it is not finite.
  static func color(of value: Double, in range: ClosedRange<Double>) -> Color {
    guard value.isFinite else { return .missing }
    return color(at: (value - range.lowerBound) / (range.upperBound - range.lowerBound))
  }
}
