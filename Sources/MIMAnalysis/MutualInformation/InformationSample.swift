import MIMTensor

/// One variable of a measurement of information: points with coordinates, or classes without an order.
public struct InformationVariable: Sendable {
  /// Its name in messages: `x`, `age`.
  public let name: String
  /// The coordinates, `[n, d]`; for classes one column with their numbers.
  let points: PointTable
  /// The class of each row, counted from 0; nil for a variable with coordinates.
  public let classes: [Int32]?

  /// The number of rows.
  public var count: Int { points.rows }
  /// The number of columns.
  public var dimensions: Int { points.dimensions }
  /// The coordinates, row-major `[count, dimensions]`.
  public var values: [Double] { points.values }

  /// A variable with coordinates.
  /// - Parameter points: `[n, d]`, finite.
  /// - Throws: `AnalysisError` for an array that isn't a finite table.
  public init(points: HostArray<Double>, name: String) throws {
    self.init(table: try PointTable(points, quantity: name), name: name)
  }

  /// A variable of classes.
  /// - Throws: `AnalysisError.empty` without rows.
  public init(classes: [Int32], name: String) throws {
    self.name = name
    self.classes = classes
    points = try PointTable(
      HostArray(classes.map { Double($0) }, shape: [classes.count, 1]), quantity: name)
  }

  init(table: PointTable, name: String, classes: [Int32]? = nil) {
    self.name = name
    self.classes = classes
    points = table
  }

  /// The first rows; all where there are fewer.
  public func prefix(_ count: Int) -> InformationVariable {
    count >= self.count ? self : selecting(Array(0..<max(1, count)))
  }

  /// The rows at these indices, in that order.
  func selecting(_ rows: [Int]) -> InformationVariable {
    InformationVariable(
      table: points.selecting(rows), name: name,
      classes: classes.map { all in rows.map { all[$0] } })
  }

  /// The columns at these indices; classes stay as they are.
  func keeping(columns: [Int]) -> InformationVariable {
    guard classes == nil, columns.count < dimensions else { return self }
    let values = (0..<count).flatMap { row in columns.map { points.values[row * dimensions + $0] } }
    return InformationVariable(
      table: PointTable(checked: values, dimensions: columns.count, quantity: name), name: name)
  }

  /// A column's values.
  func column(_ column: Int) -> [Double] {
    stride(from: column, to: points.values.count, by: dimensions).map { points.values[$0] }
  }

  /// Every column less its mean, divided by its standard deviation (by n); classes stay as they are.
  func standardised() -> InformationVariable {
    guard classes == nil else { return self }
    var values = points.values
    for column in 0..<dimensions {
      let own = self.column(column)
      let mean = own.reduce(0, +) / Double(count)
      let squares = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let deviation = (squares / Double(count)).squareRoot()
      for row in 0..<count {
        let centred = own[row] - mean
        values[row * dimensions + column] = deviation > 0 ? centred / deviation : centred
      }
    }
    return InformationVariable(
      table: PointTable(checked: values, dimensions: dimensions, quantity: name), name: name)
  }

  /// The same, prepared for being measured with many others.
  var withSortedColumn: InformationVariable {
    InformationVariable(table: points.withSortedColumn, name: name, classes: classes)
  }

  /// The fraction of rows that repeat an earlier row, 0 to 1.
  var repeatedShare: Double {
    1 - Double(distinctRows) / Double(max(1, count))
  }

  /// The number of different rows.
  var distinctRows: Int { points.distinctRows }

  /// The entropy of the classes in nats from their frequencies, −Σ p log p; 0 for coordinates.
  public var classEntropy: Double {
    guard let classes else { return 0 }
    return CellCounts(classes.map { Int($0) }).entropy
  }
}

/// Variables that were observed together: x and y, what is conditioned on, and further ones.
public struct InformationSample: Sendable {
  /// The first variable.
  public let x: InformationVariable
  /// The second variable.
  public let y: InformationVariable
  /// What is conditioned on; nil for plain mutual information.
  public let condition: InformationVariable?
  /// Further variables, where the information among all of them is measured.
  public let others: [InformationVariable]

  /// Row i of each belongs to the same item.
  /// - Throws: `AnalysisError.rowsDiffer`.
  public init(
    _ x: InformationVariable, _ y: InformationVariable, given condition: InformationVariable? = nil,
    and others: [InformationVariable] = []
  ) throws {
    for other in [y] + (condition.map { [$0] } ?? []) + others {
      try x.points.requireRows(of: other.points)
    }
    self.init(x: x, y: y, condition: condition, others: others)
  }

  init(
    x: InformationVariable, y: InformationVariable, condition: InformationVariable?,
    others: [InformationVariable]
  ) {
    self.x = x
    self.y = y
    self.condition = condition
    self.others = others
  }

  /// All variables, x and y first.
  var variables: [InformationVariable] { [x, y] + (condition.map { [$0] } ?? []) + others }
  /// The number of rows.
  public var count: Int { x.count }
  /// The columns of all variables together.
  public var columns: Int { variables.reduce(0) { $0 + $1.dimensions } }

  /// The first rows; all where there are fewer.
  public func prefix(_ count: Int) -> InformationSample {
    count >= self.count ? self : selecting(Array(0..<max(0, count)))
  }

  private func mapped(
    _ map: (InformationVariable) throws -> InformationVariable
  ) rethrows -> InformationSample {
    InformationSample(
      x: try map(x), y: try map(y), condition: try condition.map(map), others: try others.map(map))
  }

  /// The rows at these indices.
  func selecting(_ rows: [Int]) -> InformationSample { mapped { $0.selecting(rows) } }

  /// The same with the rows of x, and those of each further variable, in random orders, which makes them
  /// independent of the rest.
  func permuted(using random: inout RandomStream) -> InformationSample {
    let x = x.selecting(random.shuffled(count))
    return InformationSample(
      x: x, y: y, condition: condition, others: others.map { $0.selecting(random.shuffled(count)) })
  }

  /// Every variable's columns with mean 0 and standard deviation 1.
  func standardised() -> InformationSample { mapped { $0.standardised() } }

  /// Every variable as `map` changes it.
  func changing(
    _ map: (InformationVariable) throws -> InformationVariable
  ) rethrows -> InformationSample {
    try mapped(map)
  }
}
