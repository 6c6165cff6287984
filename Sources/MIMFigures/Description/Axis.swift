/// One axis of a panel.
public struct Axis: Sendable, Codable, Equatable {
  /// How values map to lengths.
  public enum Scale: String, Sendable, Codable, CaseIterable {
    /// Equal differences are equal lengths.
    case linear
    /// Equal ratios are equal lengths; values that are not positive are left out and counted.
    case log
  }

  /// The axis title with its unit, such as `"mutual information (nats)"`; `nil` shows none.
  public var title: String?
  /// How values map to lengths.
  public var scale: Scale
  /// The shown range; `nil` takes the range of the data with a margin.
  public var range: ClosedRange<Double>?

  /// An axis; linear and with the range of the data by default.
  public init(_ title: String? = nil, scale: Scale = .linear, range: ClosedRange<Double>? = nil) {
    self.title = title
    self.scale = scale
    self.range = range
  }
}

/// The position of a legend.
public enum LegendPosition: String, Sendable, Codable, CaseIterable {
  /// Beside the plot area.
  case right, left
  /// Above or below the plot area, in as many columns as fit.
  case top, bottom
  /// In the corner of the plot area that covers the fewest marks.
  case inside
  /// No legend.
  case none
}
