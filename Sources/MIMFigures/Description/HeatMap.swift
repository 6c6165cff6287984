/// A matrix of values as colours, with a colour bar.
public struct HeatMap: Sendable, Codable, Equatable {
  /// Row-major values, row 0 at the bottom unless ``rowsFromTop``; NaN is drawn light gray.
  public var values: [Double]
  /// Number of rows.
  public var rows: Int
  /// Number of columns.
  public var columns: Int
  /// The values at both ends of the colour bar; `nil` takes the range of the values.
  public var valueRange: ClosedRange<Double>?
  /// The title of the colour bar, with its unit.
  public var valueTitle: String?
  /// Whether row 0 is the top row, as in a confusion matrix.
  public var rowsFromTop: Bool
  /// Names of the columns; empty numbers them by the horizontal axis.
  public var columnLabels: [String]
  /// Names of the rows; empty numbers them by the vertical axis.
  public var rowLabels: [String]
  /// Whether each cell also carries its value.
  public var cellValues: Bool
  /// The horizontal axis; its range runs from the left edge of the first column to the right
  /// edge of the last (default: column numbers from 1, centred on the cells).
  public var xAxis: Axis
  /// The vertical axis; its range runs over all rows.
  public var yAxis: Axis
  /// Whether cells are square.
  public var squareCells: Bool

  /// A heat map of `rows × columns` values.
  public init(
    values: [Double], rows: Int, columns: Int, valueRange: ClosedRange<Double>? = nil,
    valueTitle: String? = nil, rowsFromTop: Bool = false, columnLabels: [String] = [],
    rowLabels: [String] = [], cellValues: Bool = false, xAxis: Axis = Axis(),
    yAxis: Axis = Axis(), squareCells: Bool = true
  ) {
    self.values = values
    self.rows = rows
    self.columns = columns
    self.valueRange = valueRange
    self.valueTitle = valueTitle
    self.rowsFromTop = rowsFromTop
    self.columnLabels = columnLabels
    self.rowLabels = rowLabels
    self.cellValues = cellValues
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.squareCells = squareCells
  }
}
