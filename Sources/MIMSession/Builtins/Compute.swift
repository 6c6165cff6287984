import Foundation
import MIMScript

/// Functions of numbers: of each (`log`, `round`), or of all of them together (`mean`, `max`). They take numbers, lists, ranges and
/// columns.
extension HostFunction {
  static let numeric: [HostFunction] = [
    ofEach("log", "the natural logarithm of each number", "log(10)") { $0 > 0 ? log($0) : nil },
    ofEach("exp", "e to the power of each number", "exp(1)") { exp($0) },
    ofEach("sqrt", "the square root of each number", "sqrt(2)") { $0 >= 0 ? $0.squareRoot() : nil },
    ofEach("abs", "each number without its sign", "abs(-3)") { abs($0) },
    round,
    ofAll("min", "the smallest number", "min([3, 1, 2])") { $0.min() },
    ofAll("max", "the largest number", "max(3, 5)") { $0.max() },
    ofAll("sum", "the sum of all numbers", "sum(1..100)") { $0.reduce(0, +) },
    ofAll("mean", "the mean of all numbers", "mean([1, 2, 6])", keywords: ["average"]) {
      $0.isEmpty ? nil : $0.reduce(0, +) / Double($0.count)
    },
    ofAll("median", "the middle one of all numbers in order", "median([1, 2, 6])", median),
    correlation,
    ofAll(
      "sd", "the standard deviation of all numbers, divided by n − 1", "sd([1, 2, 6])",
      keywords: ["std", "deviation", "variance"], deviation),
  ]

  /// √(Σ (x − x̄)² / (n − 1)); nil for fewer than two.
  static func deviation(_ numbers: [Double]) -> Double? {
    guard numbers.count > 1 else { return nil }
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(numbers.count - 1)).squareRoot()
  }

  /// Of an even number of them, the mean of the two in the middle.
  static func median(_ numbers: [Double]) -> Double? {
    let sorted = numbers.sorted()
    guard !sorted.isEmpty else { return nil }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// `cor(d.all.mpg, d.all.weight)`.
  private static let correlation: HostFunction = {
    let apply: @Sendable ([Value]) throws -> Value = { values in
      let columns = try values.map { try flattened($0, "cor") }
      guard columns.count == 2, columns[0].count == columns[1].count, columns[0].count > 1 else {
        throw ScriptError(
          "E221",
          "`cor` needs two columns of equally many numbers, not \(columns.map { "\($0.count)" }.joined(separator: " and "))",
          kind: .failure)
      }
      guard let found = correlation(columns[0], columns[1]) else {
        throw ScriptError(
          "E221", "`cor` needs numbers that differ, and finite ones", kind: .failure)
      }
      return .number(found)
    }
    return HostFunction(
      "cor", group: .compute, summary: "Pearson's correlation of two columns",
      positional: [
        numbers, Parameter("Y", numbers.type, "as many numbers"),
      ],
      result: "a number from -1 to 1", example: "cor([1, 2, 3], [2, 4, 7])",
      keywords: ["corr", "correlation", "pearson"], depends: [],
      infer: { try Self.inferred($0, apply) }
    ) { call in
      try call.requireSameRows(0, 1)
      return try located(call.span(at: 1)) { try apply(call.positional) }
    }
  }()

  /// Pearson's ρ = Σ (x − x̄)(y − ȳ) / √(Σ (x − x̄)² Σ (y − ȳ)²); nil where one of them has no spread.
  static func correlation(_ x: [Double], _ y: [Double]) -> Double? {
    let count = Double(x.count)
    let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    var (squaresX, squaresY, products) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      squaresX += (a - meanX) * (a - meanX)
      squaresY += (b - meanY) * (b - meanY)
      products += (a - meanX) * (b - meanY)
    }
    let found = products / (squaresX * squaresY).squareRoot()
    return found.isFinite ? max(-1, min(1, found)) : nil
  }

  /// `round(2.345, 2)`: halves go to the even neighbour, as in Python and R.
  private static let round = ofEach(
    "round", "each number to whole numbers, or to DIGITS digits behind the point",
    "round(3.14159, 2)",
    and: Parameter(
      "DIGITS", .integer(-15...15), default: .number(0), "digits behind the decimal point")
  ) { number, digits in
    guard number.isFinite else { return number }
    guard digits < 0 else {
      // printf rounds the number itself; 2.675 · 100 would be rounded twice.
      return Double(String(format: "%.\(Int(digits))f", number))
    }
    let scale = pow(10, -digits)
    return (number / scale).rounded(.toNearestOrEven) * scale
  }

  private static let numbers = Parameter(
    "X",
    .any(of: [
      .number(-Double.infinity...Double.infinity), .list(.anything), .range, .object(["array"]),
    ]),
    "a number, a list, a range, or a column such as d.age")

  private static func ofEach(
    _ name: String, _ summary: String, _ example: String,
    _ compute: @escaping @Sendable (Double) -> Double?
  ) -> HostFunction {
    ofEach(name, summary, example, and: nil) { number, _ in compute(number) }
  }

  /// A function of each number and a second one; nil where it isn't defined.
  private static func ofEach(
    _ name: String, _ summary: String, _ example: String, and second: Parameter?,
    _ compute: @escaping @Sendable (Double, Double) -> Double?
  ) -> HostFunction {
    let apply: @Sendable ([Value]) throws -> Value = { values in
      guard let first = values.first else { return .none }
      let other = values.dropFirst().first?.asNumber ?? 0
      return try mapped(first, name) { compute($0, other) }
    }
    return HostFunction(
      name, group: .compute, summary: summary, positional: [numbers] + [second].compactMap { $0 },
      result: "what X is: a number, a list or a column", example: example,
      depends: [],
      infer: { call in
        try Self.inferred(call, apply)
      }
    ) { call in
      try located(call.span(at: 0)) { try apply(call.positional) }
    }
  }

  /// A function of all numbers together; nil where there are too few.
  private static func ofAll(
    _ name: String, _ summary: String, _ example: String, keywords: [String] = [],
    _ compute: @escaping @Sendable ([Double]) -> Double?
  ) -> HostFunction {
    let apply: @Sendable ([Value]) throws -> Value = { values in
      let numbers = try values.flatMap { try flattened($0, name) }
      guard let result = compute(numbers) else {
        throw ScriptError(
          "E221", "`\(name)` needs more numbers than \(numbers.count)", kind: .failure)
      }
      guard result.isFinite || !numbers.allSatisfy(\.isFinite) else {
        throw ScriptError("E204", "the \(name) is not a finite number", kind: .failure)
      }
      return .number(result)
    }
    return HostFunction(
      name, group: .compute, summary: summary,
      positional: [
        Parameter(numbers.name, numbers.type, repeats: true, "numbers, lists, ranges or columns")
      ],
      result: "a number", example: example, keywords: keywords, depends: [],
      infer: { try Self.inferred($0, apply) }
    ) { call in
      try located(call.span(at: 0)) { try apply(call.positional) }
    }
  }

  private static func inferred(
    _ call: StaticCall, _ apply: ([Value]) throws -> Value
  ) throws -> StaticValue {
    var known: [Value] = []
    for place in call.positional.indices {
      guard let value = call.known(at: place) else { return .unknown }
      known.append(value)
    }
    do {
      return .known(try located(call.span(at: 0)) { try apply(known) })
    } catch var error as ScriptError {
      error.kind = .check
      throw error
    }
  }

  private static func located(_ span: Span, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch var error as ScriptError {
      error.span = error.span ?? span
      throw error
    }
  }

  private static func mapped(
    _ value: Value, _ name: String, _ compute: (Double) -> Double?
  ) throws -> Value {
    switch value {
    case .number(let number):
      guard let result = compute(number) else {
        throw ScriptError("E204", "\(name) of \(value.shortText) is not defined")
      }
      guard result.isFinite || !number.isFinite else {
        throw ScriptError("E204", "\(name) of \(value.shortText) is not a finite number")
      }
      return .number(result)
    case .list(let elements): return .list(try elements.map { try mapped($0, name, compute) })
    case .range: return .list(try value.asElements.map { try mapped($0, name, compute) })
    case .object(let object as any NumericObject):
      let numbers = try object.numbers.compactMap {
        try mapped(.number($0), name, compute).asNumber
      }
      return .object(object.replacing(numbers, text: "\(name)(\(object.text))"))
    default:
      throw ScriptError("E203", "`\(name)` does not work on \(value.typeName.withArticle)")
    }
  }

  private static func flattened(_ value: Value, _ name: String) throws -> [Double] {
    switch value {
    case .number(let number): return [number]
    case .list, .range: return try value.asElements.flatMap { try flattened($0, name) }
    case .object(let object as any NumericObject): return object.numbers
    default:
      throw ScriptError("E203", "`\(name)` does not work on \(value.typeName.withArticle)")
    }
  }
}
