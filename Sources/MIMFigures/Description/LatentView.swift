/// Data space over latent space: what a two-dimensional model does with two-dimensional data.
///
/// Above: contours of the true density P(x), the data and the reconstructions in red, joined by
/// links on request. Below: one-standard-deviation ellipses of q(z|x) in green and the
/// unit circle of the prior p(z), dashed.
public struct LatentView: Sendable, Codable, Equatable {
  /// A density on a regular grid.
  public struct Field: Sendable, Codable, Equatable {
    /// Horizontal coordinates of the first and the last column.
    public var xRange: ClosedRange<Double>
    /// Vertical coordinates of the first and the last row.
    public var yRange: ClosedRange<Double>
    /// Number of columns, at least 2.
    public var columns: Int
    /// Number of rows, at least 2.
    public var rows: Int
    /// Row-major densities, row 0 at the lowest `y`.
    public var values: [Double]

    /// A density on a grid of `columns × rows` points that includes both ends of the ranges.
    public init(
      xRange: ClosedRange<Double>, yRange: ClosedRange<Double>, columns: Int, rows: Int,
      values: [Double]
    ) {
      self.xRange = xRange
      self.yRange = yRange
      self.columns = columns
      self.rows = rows
      self.values = values
    }

    /// Samples `density` on a grid of `columns × rows` points.
    public init(
      xRange: ClosedRange<Double>, yRange: ClosedRange<Double>, columns: Int = 160,
      rows: Int = 160, density: (_ x: Double, _ y: Double) throws -> Double
    ) rethrows {
      let columns = max(2, columns)
      let rows = max(2, rows)
      let xStep = (xRange.upperBound - xRange.lowerBound) / Double(columns - 1)
      let yStep = (yRange.upperBound - yRange.lowerBound) / Double(rows - 1)
      var values: [Double] = []
      values.reserveCapacity(columns * rows)
      for row in 0..<rows {
        let y = yRange.lowerBound + yStep * Double(row)
        for column in 0..<columns {
          values.append(try density(xRange.lowerBound + xStep * Double(column), y))
        }
      }
      self.init(xRange: xRange, yRange: yRange, columns: columns, rows: rows, values: values)
    }
  }

  /// One standard deviation of a Gaussian with axes along z₁ and z₂.
  public struct Ellipse: Sendable, Codable, Equatable {
    /// Mean along z₁.
    public var x: Double
    /// Mean along z₂.
    public var y: Double
    /// Standard deviation along z₁.
    public var xDeviation: Double
    /// Standard deviation along z₂.
    public var yDeviation: Double

    /// An ellipse around (`x`, `y`).
    public init(x: Double, y: Double, xDeviation: Double, yDeviation: Double) {
      self.x = x
      self.y = y
      self.xDeviation = xDeviation
      self.yDeviation = yDeviation
    }
  }

  /// The density P(x); `nil` draws no contours.
  public var density: Field?
  /// Data points in x-space.
  public var dataX: [Double]
  /// As many as `dataX`.
  public var dataY: [Double]
  /// Reconstructions; item i belongs to data point i where both are given.
  public var reconstructionX: [Double]
  /// As many as `reconstructionX`.
  public var reconstructionY: [Double]
  /// Whether lines join each data point to its reconstruction.
  public var links: Bool
  /// The posteriors q(z|x); empty leaves the lower half out.
  public var posteriors: [Ellipse]
  /// Whether a legend names the marks.
  public var legend: Bool
  /// Posteriors that the axes of latent space must show as well: those of the other frames of a
  /// series, so that all have the same axes. `nil`: only its own count.
  public var series: [Ellipse]?

  /// Data space over latent space.
  public init(
    density: Field? = nil, dataX: [Double] = [], dataY: [Double] = [],
    reconstructionX: [Double] = [], reconstructionY: [Double] = [], links: Bool = false,
    posteriors: [Ellipse] = [], legend: Bool = true
  ) {
    self.density = density
    self.dataX = dataX
    self.dataY = dataY
    self.reconstructionX = reconstructionX
    self.reconstructionY = reconstructionY
    self.links = links
    self.posteriors = posteriors
    self.legend = legend
  }
}
