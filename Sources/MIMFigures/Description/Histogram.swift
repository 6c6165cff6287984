import Foundation

/// How many values fall into each of equally wide bins.
public struct Histogram: Sendable, Codable, Equatable {
  /// One set of values.
  public struct Series: Sendable, Codable, Equatable {
    /// The name in the legend.
    public var name: String
    /// The values that are counted.
    public var values: [Double]

    /// A named set of values.
    public init(name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// The sets; all share the same bins. More than one is drawn as outlines over light fills.
  public var series: [Series]
  /// Number of bins; `nil` follows Freedman and Diaconis (1981) between 5 and 80.
  public var bins: Int?
  /// Whether heights are densities (area 1) instead of counts.
  public var density: Bool
  /// The horizontal axis.
  public var xAxis: Axis
  /// The vertical axis; without a title it says `count` or `density`.
  public var yAxis: Axis
  /// The position of the legend; one set needs none.
  public var legend: LegendPosition

  /// A histogram of `series`.
  public init(
    series: [Series], bins: Int? = nil, density: Bool = false, xAxis: Axis = Axis(),
    yAxis: Axis = Axis(), legend: LegendPosition = .inside
  ) {
    self.series = series
    self.bins = bins
    self.density = density
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.legend = legend
  }
}

extension Histogram {
  /// Freedman and Diaconis' width.
  static func usualWidth(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let spread = sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4]
    return 2 * spread / cbrt(Double(sorted.count))
  }

  /// Edges half-way between whole numbers; nil where not all values are whole, or where they are too few or too large.
  package static func wholeEdges(_ values: [Double]) -> [Double]? {
    guard values.count > 1, let least = values.min(), let most = values.max(), most > least,
      abs(least) < 1e9, abs(most) < 1e9, values.allSatisfy({ $0 == $0.rounded() })
    else { return nil }
    let width = max(1, usualWidth(values).rounded(), ((most - least + 1) / 80).rounded(.up))
    let count = Int(((most - least + 1) / width).rounded(.up))
    return (0...count).map { least - 0.5 + width * Double($0) }
  }
}
