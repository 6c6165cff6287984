import MIMTensor

/// Points of an embedding in one, two or three dimensions.
struct EmbeddingMap: Sendable, Equatable {
  /// 1, 2 or 3.
  let dimensions: Int
  /// Row-major, `[count, dimensions]`.
  var coordinates: [Double]

  /// The number of points.
  var count: Int { coordinates.count / dimensions }

  init(_ coordinates: [Double], dimensions: Int) {
    self.coordinates = coordinates
    self.dimensions = dimensions
  }

  /// A map given from outside, checked against the number of points, and of dimensions where one
  /// is wanted.
  init<Scalar: PointScalar>(
    _ map: HostArray<Scalar>, points: Int, dimensions: Int? = nil
  ) throws {
    let table = try PointTable(map, quantity: "the map")
    guard table.rows == points else {
      throw AnalysisError.rowsDiffer(
        first: "the map", firstRows: table.rows, second: "the points", secondRows: points)
    }
    guard dimensions.map({ $0 == table.dimensions }) ?? (1...3).contains(table.dimensions) else {
      throw AnalysisError.dimensionsDiffer(
        first: "the map", firstDimensions: table.dimensions, second: "the embedding",
        secondDimensions: dimensions ?? 2)
    }
    self.init(table.values, dimensions: table.dimensions)
  }

  /// Coordinate by coordinate, `[dimensions, count]`.
  var planes: [Double] {
    (0..<dimensions).flatMap { axis in
      stride(from: axis, to: coordinates.count, by: dimensions).map { coordinates[$0] }
    }
  }

  /// The smallest and the largest value of each coordinate.
  var bounds: (lower: [Double], upper: [Double]) {
    var lower = [Double](repeating: .infinity, count: dimensions)
    var upper = [Double](repeating: -.infinity, count: dimensions)
    for place in coordinates.indices {
      let axis = place % dimensions
      lower[axis] = min(lower[axis], coordinates[place])
      upper[axis] = max(upper[axis], coordinates[place])
    }
    return (lower, upper)
  }

  /// As an array, `[count, dimensions]`.
  var array: HostArray<Float> {
    HostArray(coordinates.map { Float($0) }, shape: Shape([count, dimensions]))
  }
}
