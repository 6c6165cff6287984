/// Lines through points, with optional error bars.
public struct LineChart: Sendable, Codable, Equatable {
  /// One line.
  public struct Series: Sendable, Codable, Equatable {
    /// The name in the legend.
    public var name: String
    /// Horizontal coordinates, in the order in which they are joined.
    public var x: [Double]
    /// Vertical coordinates, as many as `x`.
    public var y: [Double]
    /// Half the length of each error bar in the unit of `y`; `nil` draws none, and a value that
    /// is not finite (one seed has no deviation) draws none at that point.
    public var spread: [Double]?
    /// A dashed line.
    public var dashed: Bool
    /// The number of its colour and marker; lines with the same number (training and validation
    /// of one loss) look alike but for the dashes. `nil` takes the line's own place.
    public var color: Int?

    /// A line through (`x`, `y`).
    public init(
      name: String, x: [Double], y: [Double], spread: [Double]? = nil, dashed: Bool = false,
      color: Int? = nil
    ) {
      self.name = name
      self.x = x
      self.y = y
      self.spread = spread
      self.dashed = dashed
      self.color = color
    }
  }

  /// Whether the points carry markers.
  public enum Markers: String, Sendable, Codable, CaseIterable {
    /// Markers where a line has at most 40 points.
    case automatic
    /// Markers at every point, lines or no lines.
    case always
    /// Markers at every point, and no lines between them.
    case only
    /// No markers.
    case none
  }

  /// The lines, in legend order.
  public var series: [Series]
  /// What an error bar is, such as `"mean ± sd, n = 10"`; shown under the legend when bars are.
  public var spreadMeaning: String?
  /// The horizontal axis.
  public var xAxis: Axis
  /// The vertical axis.
  public var yAxis: Axis
  /// The position of the legend.
  public var legend: LegendPosition
  /// What the legend is about, such as `"model"`.
  public var legendTitle: String?
  /// Whether the points carry markers.
  public var markers: Markers

  /// A chart of `series`.
  public init(
    series: [Series], spreadMeaning: String? = nil, xAxis: Axis = Axis(), yAxis: Axis = Axis(),
    legend: LegendPosition = .inside, legendTitle: String? = nil, markers: Markers = .automatic
  ) {
    self.series = series
    self.spreadMeaning = spreadMeaning
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.legend = legend
    self.legendTitle = legendTitle
    self.markers = markers
  }
}
