/// Points in the plane, coloured by class or by value.
public struct Scatter: Sendable, Codable, Equatable {
  /// What the colour of a point says.
  public enum Coloring: Sendable, Codable, Equatable {
    /// All points in one colour.
    case single
    /// The class of each point (an index into `names`); up to 8 classes in Okabe–Ito's colours,
    /// 9 or 10 in petroff10, more as colour × marker with the names written at the centroids.
    case classes([Int], names: [String])
    /// A number for each point, with a colour bar that carries `title`.
    case values([Double], title: String?, range: ClosedRange<Double>? = nil)
  }

  /// Horizontal coordinates.
  public var x: [Double]
  /// Vertical coordinates, as many as `x`.
  public var y: [Double]
  /// What the colour of a point says.
  public var coloring: Coloring
  /// Diameter of a marker in points; `nil` follows the number of points.
  public var size: Double?
  /// The position of the legend.
  public var legend: LegendPosition
  /// What the legend is about, such as `"digit"`; written above its entries.
  public var legendTitle: String?
  /// The horizontal axis.
  public var xAxis: Axis
  /// The vertical axis.
  public var yAxis: Axis
  /// Whether a unit is equally long on both axes.
  public var equalAspect: Bool
  /// Whether the axes carry numbers; embeddings such as t-SNE's have none worth reading.
  public var ticks: Bool

  /// Points at (`x`, `y`).
  public init(
    x: [Double], y: [Double], coloring: Coloring = .single, size: Double? = nil,
    legend: LegendPosition = .right, legendTitle: String? = nil, xAxis: Axis = Axis(),
    yAxis: Axis = Axis(), equalAspect: Bool = false, ticks: Bool = true
  ) {
    self.x = x
    self.y = y
    self.coloring = coloring
    self.size = size
    self.legend = legend
    self.legendTitle = legendTitle
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.equalAspect = equalAspect
    self.ticks = ticks
  }
}
