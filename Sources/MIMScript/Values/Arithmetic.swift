#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The operators of the language on values: numbers, and lists of numbers element by element.
/// There is no arithmetic on text.
enum Arithmetic {
  /// An operator that cannot work on its operands; the caller knows the place.
  struct Mistake: Error {
    let code: String
    let message: String
    var label: String?
  }

  /// The largest list that a range or a list expression may become.
  static let largestList = 1_000_000
  /// How deep lists may hold lists.
  static let deepestList = 16

  /// Everything but `and` and `or`, which the evaluator short-circuits.
  static func apply(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Value {
    switch operation {
    case .equal: .bool(try equal(a, b))
    case .notEqual: .bool(try !equal(a, b))
    case .less, .lessOrEqual, .greater, .greaterOrEqual: .bool(try ordered(operation, a, b))
    default: try arithmetic(operation, a, b)
    }
  }

  static func negate(_ value: Value) throws -> Value {
    try arithmetic(.subtract, .number(0), value, shown: "-")
  }

  // MARK: Comparison

  /// Equality of plain values; values of different types differ.
  static func equal(_ a: Value, _ b: Value) throws -> Bool {
    switch (a, b) {
    case (.none, .none): return true
    case (.bool(let a), .bool(let b)): return a == b
    case (.number(let a), .number(let b)): return a == b
    case (.string(let a), .string(let b)): return a == b
    case (.word(let a), .word(let b)): return a.text == b.text
    case (.word(let a), .string(let b)), (.string(let b), .word(let a)): return a.text == b
    case (.object, .object), (.table, .table):
      throw Mistake(
        code: "E203",
        message: "\(a.typeName.withArticle) cannot be compared with \(b.typeName.withArticle)",
        label: "compare one of their fields")
    case (.list, .list), (.list, .range), (.range, .list), (.range, .range):
      let left = try elements(a)
      let right = try elements(b)
      guard left.count == right.count else { return false }
      return try zip(left, right).allSatisfy { try equal($0, $1) }
    default: return false
    }
  }

  private static func ordered(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Bool {
    switch (a, b) {
    case (.number(let a), .number(let b)): return holds(operation, a, b)
    case (.string(let a), .string(let b)): return holds(operation, a, b)
    default: throw cannot(operation.rawValue, a, b)
    }
  }

  private static func holds<T: Comparable>(_ operation: BinaryOperator, _ a: T, _ b: T) -> Bool {
    switch operation {
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    default: a >= b
    }
  }

  // MARK: Arithmetic

  private static func arithmetic(
    _ operation: BinaryOperator, _ a: Value, _ b: Value, shown: String? = nil
  ) throws -> Value {
    let sign = shown ?? operation.rawValue
    switch (a, b) {
    case (.number(let a), .number(let b)):
      return .number(try number(operation, a, b))
    case (.number, .list), (.number, .range):
      return .list(
        try elements(b).map { try arithmetic(operation, a, leaf($0, sign), shown: shown) })
    case (.list, .number), (.range, .number):
      return .list(try elements(a).map { try arithmetic(operation, leaf($0, sign), b) })
    case (.list, .list), (.list, .range), (.range, .list), (.range, .range):
      return try elementwise(operation, elements(a), elements(b))
    case (.object(let object as any NumericObject), _):
      return try .object(combined(operation, object, b, isFirst: true))
    case (_, .object(let object as any NumericObject)):
      return try .object(combined(operation, object, a, isFirst: false, shown: shown))
    default: throw shown == nil ? cannot(sign, a, b) : cannot(sign, b)
    }
  }

  /// A column with a number, or with a column, list or range of as many.
  private static func combined(
    _ operation: BinaryOperator, _ object: any NumericObject, _ other: Value, isFirst: Bool,
    shown: String? = nil
  ) throws -> any NumericObject {
    let sign = operation.rawValue
    let (own, rest, name) = try (
      object.numbers, numbers(other, sign, beside: object), text(of: other)
    )
    guard rest.count == own.count || rest.count == 1 else {
      throw Mistake(
        code: "E205",
        message: "\(own.count) and \(rest.count) numbers cannot be combined element by element")
    }
    if case .object(let second as any NumericObject) = other,
      let conflict = RowIdentity.conflict(
        object.rowIdentity, second.rowIdentity, own: object.text, others: second.text)
    {
      throw Mistake(code: "E424", message: conflict.message + "; " + conflict.notes.joined())
    }
    let result = try own.indices.map { index in
      let value = rest[rest.count == 1 ? 0 : index]
      return try isFirst
        ? number(operation, own[index], value) : number(operation, value, own[index])
    }
    let text =
      shown.map { "\($0)\(object.text)" }
      ?? (isFirst ? "\(object.text) \(sign) \(name)" : "\(name) \(sign) \(object.text)")
    return object.replacing(result, text: "(\(text))")
  }

  private static func numbers(
    _ value: Value, _ sign: String, beside object: any NumericObject
  ) throws -> [Double] {
    switch value {
    case .number(let number): return [number]
    case .object(let other as any NumericObject): return other.numbers
    case .list, .range:
      return try elements(value).map {
        guard case .number(let number) = $0 else { throw cannot(sign, $0) }
        return number
      }
    default: throw cannot(sign, .object(object), value)
    }
  }

  private static func text(of value: Value) -> String {
    if case .object(let object as any NumericObject) = value {
      object.text
    } else {
      value.shortText
    }
  }

  private static func elementwise(
    _ operation: BinaryOperator, _ a: [Value], _ b: [Value]
  ) throws -> Value {
    guard a.count == b.count else {
      throw Mistake(
        code: "E205",
        message: "lists of \(a.count) and \(b.count) elements cannot be combined element by element"
      )
    }
    let sign = operation.rawValue
    return .list(
      try zip(a, b).map { try arithmetic(operation, leaf($0, sign), leaf($1, sign)) })
  }

  private static func leaf(_ value: Value, _ sign: String) throws -> Value {
    guard case .number = value else { throw cannot(sign, value) }
    return value
  }

  private static func number(_ operation: BinaryOperator, _ a: Double, _ b: Double) throws -> Double
  {
    let result: Double =
      switch operation {
      case .add: a + b
      case .subtract: a - b
      case .multiply: a * b
      case .divide: a / b
      default: pow(a, b)
      }
    guard result.isFinite || !a.isFinite || !b.isFinite else {
      let why = operation == .divide && b == 0 ? "division by zero" : "is not a finite number"
      let text = "\(a.exactText) \(operation.rawValue) \(b.exactText)"
      throw Mistake(
        code: "E204", message: operation == .divide && b == 0 ? "\(why): \(text)" : "\(text) \(why)"
      )
    }
    return result
  }

  private static func cannot(_ sign: String, _ values: Value...) -> Mistake {
    let kinds = values.map(\.typeName).joined(separator: " and ")
    let isText = values.contains { if case .string = $0 { true } else { false } }
    return Mistake(
      code: "E203", message: "`\(sign)` does not work on \(kinds)",
      label: isText && "+-*/^".contains(sign) ? "text cannot be used in arithmetic" : nil)
  }

  // MARK: Lists

  /// The elements of a list or range.
  static func elements(_ value: Value) throws -> [Value] {
    switch value {
    case .list(let elements): return elements
    case .range(let range):
      guard range.count <= largestList else {
        throw Mistake(
          code: "E207", message: "the range \(range.text) has more than \(largestList) numbers")
      }
      return (0..<range.count).map { .number(range[$0]) }
    default:
      throw Mistake(
        code: "E206", message: "a list or a range is needed, not \(value.typeName.withArticle)")
    }
  }

  /// A list value, refused when it is so large or deep that showing it could exhaust memory.
  static func list(_ elements: [Value]) throws -> Value {
    var budget = largestList
    guard fits(elements, depth: 1, &budget) else {
      throw Mistake(
        code: "E207",
        message:
          "a list can hold at most \(largestList) values, nested at most \(deepestList) levels deep"
      )
    }
    return .list(elements)
  }

  private static func fits(_ elements: [Value], depth: Int, _ budget: inout Int) -> Bool {
    guard depth <= deepestList else { return false }
    for element in elements {
      budget -= 1
      if budget < 0 { return false }
      if case .list(let inner) = element, !fits(inner, depth: depth + 1, &budget) { return false }
    }
    return true
  }

  /// A range from its ends and step.
  static func range(_ first: Value, _ last: Value, _ step: Value?) throws -> Value {
    guard case .number(let first) = first, case .number(let last) = last else {
      throw Mistake(
        code: "E203", message: "both ends of a range must be numbers",
        label: "these are \(first.typeName.withArticle) and \(last.typeName.withArticle)")
    }
    guard let step else { return .range(NumberRange(first: first, last: last)) }
    guard case .number(let width) = step, width != 0, width.isFinite else {
      throw Mistake(code: "E203", message: "the step of a range must be a number other than zero")
    }
    return .range(NumberRange(first: first, last: last, step: width))
  }
}
