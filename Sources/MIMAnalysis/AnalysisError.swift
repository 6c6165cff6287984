/// What can be wrong with what an estimator is given; every message says what to change.
public enum AnalysisError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The points are not a table: an array of `[count, dimensions]` is needed.
  case notATable(quantity: String, shape: [Int])
  /// There are no rows, or the rows have no columns.
  case empty(quantity: String)
  /// A NaN, an infinity or a value beyond ±1e150, at a row and column counted from 0.
  case notFinite(quantity: String, row: Int, column: Int)
  /// Two arrays that belong together have different numbers of rows.
  case rowsDiffer(first: String, firstRows: Int, second: String, secondRows: Int)
  /// Two sets of points lie in spaces of different dimensions.
  case dimensionsDiffer(first: String, firstDimensions: Int, second: String, secondDimensions: Int)
  /// A neighbour count that the points cannot supply; `largest` is the most they can.
  case neighborCount(requested: Int, largest: Int, points: Int)
  /// More clusters or components than the data can have, or fewer than one.
  case partCount(part: String, requested: Int, largest: Int)
  /// A number outside its range.
  case outOfRange(option: String, value: Double, allowed: String)
  /// A perplexity too large for the number of points; `largest` is the most that they allow.
  case perplexityTooLarge(perplexity: Double, points: Int, largest: Double)
  /// Every column is constant, so there is nothing to tell the points apart.
  case allPointsEqual(quantity: String)
  /// A row of zeros, which has no direction that an angle could be measured from; counted from 0.
  case noDirection(quantity: String, row: Int)
  /// The work needs more memory than one array may have.
  case tooLarge(quantity: String, elements: String)
  /// The system has no memory left.
  case noMemory(bytes: Int)
  /// A variable whose rows are all the same, of which nothing can be measured.
  case constant(quantity: String)
  /// Classes with fewer than two of them, or none with two rows.
  case oneClass(classes: Int)
  /// An estimator of classes beside coordinates that was given no classes.
  case noClasses(first: String, second: String)
  /// A row that coincides with k others, where the density must be finite; counted from 0.
  case coincidingPoints(quantity: String, row: Int, k: Int)
  /// A row of length 0, which has no direction; counted from 0.
  case zeroLength(quantity: String, row: Int)
  /// Fewer rows than a covariance of so many columns needs.
  case tooFewRows(rows: Int, needed: Int, columns: Int)
  /// Columns of which one is a sum of others.
  case dependentColumns(quantity: String)
  /// A reference file that cannot be checked.
  case oracle(file: String, problem: String)

  /// One sentence with the values at fault and a remedy.
  public var description: String {
    switch self {
    case .notATable(let quantity, let shape):
      "\(quantity) has shape \(shape), but a table [points, dimensions] is needed; "
        + "flatten each item to one row"
    case .empty(let quantity):
      "\(quantity) is empty; at least one row and one column are needed"
    case .notFinite(let quantity, let row, let column):
      "\(quantity) has a NaN, an infinity or a value beyond 1e150 at row \(row), column "
        + "\(column) (counted from 0); remove that row or fix its source"
    case .rowsDiffer(let first, let firstRows, let second, let secondRows):
      "\(first) has \(firstRows) rows but \(second) has \(secondRows); "
        + "they must describe the same items"
    case .dimensionsDiffer(let first, let firstDimensions, let second, let secondDimensions):
      "\(first) has \(firstDimensions) dimensions but \(second) has \(secondDimensions); "
        + "distances need the same number"
    case .neighborCount(let requested, let largest, let points):
      "\(requested) neighbours were requested, but there are only \(points) points; "
        + (largest < 1 ? "" : "choose k from 1 to \(largest), or ") + "give more points"
    case .partCount(let part, let requested, let largest):
      "\(requested) \(part) were requested; choose a number from 1 to \(largest)"
    case .outOfRange(let option, let value, let allowed):
      "\(option) is \(Self.text(value)), but it must be \(allowed)"
    case .perplexityTooLarge(let perplexity, let points, let largest):
      "perplexity \(Self.text(perplexity)) needs more than 3 x \(Self.text(perplexity)) points, but "
        + "there are \(points); "
        + (largest < 1 ? "" : "choose a perplexity of at most \(Self.text(largest)), or ")
        + "give more points"
    case .allPointsEqual(let quantity):
      "all rows of \(quantity) are equal, so there is nothing to show; check the input"
    case .noDirection(let quantity, let row):
      "row \(row) of \(quantity) (counted from 0) is all zeros, so it has no angle to others; use "
        + "metric=euclidean, or leave that row out"
    case .tooLarge(let quantity, let elements):
      "\(quantity) would need \(elements) elements; use fewer points"
    case .noMemory(let bytes):
      "there is no memory left for \(bytes) bytes; use fewer points, or end other programs"
    case .constant(let quantity):
      "\(quantity) is the same in every row, so it has no information; choose a column that changes"
    case .oneClass(let classes):
      classes > 1
        ? "no two rows have the same class, so classes tell nothing; use the values themselves as coordinates"
        : "all rows have the same class, so there is nothing to tell apart; use data with at least two classes"
    case .noClasses(let first, let second):
      "neither \(first) nor \(second) is made of classes; use estimator=ksg or estimator=mixture, or say "
        + "which one is with classes="
    case .coincidingPoints(let quantity, let row, let k):
      "row \(row) of \(quantity) (counted from 0) coincides with \(k) others, so there is no density; use "
        + "estimator=mixture, which allows equal rows"
    case .zeroLength(let quantity, let row):
      "row \(row) of \(quantity) (counted from 0) is all zeros, so it has no direction; leave it out"
    case .tooFewRows(let rows, let needed, let columns):
      "\(rows) rows are too few for the covariance of \(columns) columns; at least \(needed) are needed, "
        + "use more rows or fewer columns"
    case .dependentColumns(let quantity):
      "a column of \(quantity) is a sum of others, so the covariance has no inverse; leave one of them out, or "
        + "use gaussian(shrink=1)"
    case .oracle(let file, let problem):
      "\(file): \(problem)"
    }
  }
  /// A number without a needless ".0".
  private static func text(_ number: Double) -> String {
    Int(exactly: number).map { String($0) } ?? String(number)
  }
}
