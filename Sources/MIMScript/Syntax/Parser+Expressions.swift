extension Parser {
  /// `and { or and }`.
  mutating func expression() throws -> Expression {
    try nested { try $0.chain([.or]) { try $0.conjunction() } }
  }

  private mutating func conjunction() throws -> Expression {
    try chain([.and]) { try $0.negation() }
  }

  private mutating func negation() throws -> Expression {
    guard at(word: "not") else { return try comparison() }
    let start = index
    advance()
    let operand = try nested { try $0.negation() }
    return Expression(.unary(.not, operand), at: span(from: start))
  }

  private mutating func comparison() throws -> Expression {
    let start = index
    let left = try range()
    guard let comparison = comparisonOperator else { return left }
    advance()
    let right = try range()
    if comparisonOperator != nil {
      throw mistake(
        "E007", "comparisons cannot be chained", at: span(current),
        label: "write `a < b and b < c`")
    }
    return Expression(.binary(comparison, left, right), at: span(from: start))
  }

  private var comparisonOperator: BinaryOperator? {
    guard case .symbol(let symbol) = current.kind, let found = symbol.binaryOperator else {
      return nil
    }
    let comparisons: Set<BinaryOperator> = [
      .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual,
    ]
    return comparisons.contains(found) ? found : nil
  }

  private mutating func range() throws -> Expression {
    let start = index
    let first = try sum()
    guard at(.range) else { return first }
    advance()
    let last = try sum()
    var step: Expression?
    if at(word: "by") {
      advance()
      step = try sum()
    }
    return Expression(.range(first: first, last: last, step: step), at: span(from: start))
  }

  private mutating func sum() throws -> Expression {
    try chain([.add, .subtract]) { try $0.term() }
  }

  private mutating func term() throws -> Expression {
    try chain([.multiply, .divide]) { try $0.unary() }
  }

  private mutating func unary() throws -> Expression {
    guard at(.minus) else { return try power() }
    let start = index
    advance()
    let operand = try nested { try $0.unary() }
    return Expression(.unary(.negate, operand), at: span(from: start))
  }

  private mutating func power() throws -> Expression {
    let start = index
    let base = try primary(inCommand: false)
    guard at(.power) else { return base }
    advance()
    let exponent = try nested { try $0.unary() }
    return Expression(.binary(.power, base, exponent), at: span(from: start))
  }

  /// Left-associative operands joined by any of these operators.
  private mutating func chain(
    _ operators: Set<BinaryOperator>, _ operand: (inout Parser) throws -> Expression
  ) throws -> Expression {
    let start = index
    var left = try operand(&self)
    var length = 0
    while let found = binaryOperator, operators.contains(found) {
      length += 1
      guard length <= Self.longestChain else {
        throw mistake(
          "E008", "this has more than \(Self.longestChain) operators in a row", at: span(current),
          label: "assign part of it to a name first")
      }
      advance()
      let right = try operand(&self)
      left = Expression(.binary(found, left, right), at: span(from: start))
    }
    return left
  }

  private var binaryOperator: BinaryOperator? {
    switch current.kind {
    case .symbol(let symbol): symbol.binaryOperator
    case .name("and") where next.kind != .symbol(.assign): .and
    case .name("or") where next.kind != .symbol(.assign): .or
    default: nil
    }
  }
}
