/// What the blanks of a layout need to know of the tree: tokens alone don't tell a sign from an operator, nor a binding from an option.
struct LayoutFacts {
  /// Where names stand that a `=` with blanks around it follows.
  private(set) var targets: Set<Int> = []
  /// Where minus signs stand.
  private(set) var signs: Set<Int> = []
  /// The heads of sweeps and figures, from the word to before the brace: their line ends are blanks.
  private(set) var heads: [Range<Int>] = []

  /// - Parameter pieces: the pieces of the program's text.
  init(_ program: Program, _ pieces: [LayoutPiece]) {
    let braces = pieces.filter { $0.symbol == .openBrace }.map(\.offset)
    for statement in program.statements {
      statement.forEachTarget { targets.insert($0.span.range.lowerBound) }
      statement.walk { _ in
      } expressions: { expression in
        let start = expression.span.range.lowerBound
        switch expression.kind {
        case .unary(.negate, _): signs.insert(start)
        case .sweep, .figure:
          if let brace = braces.first(where: { $0 > start }) { heads.append(start..<brace) }
        default: break
        }
      }
    }
  }

  /// Whether a blank stands between two tokens of one line. The tokens stay the same with and without.
  func hasBlank(_ left: LayoutPiece, _ right: LayoutPiece, isBinding: Bool) -> Bool {
    switch (left.symbol, right.symbol) {
    case (.openParenthesis, _), (.openBracket, _): return false
    case (_, .closeParenthesis), (_, .closeBracket), (_, .comma), (_, .semicolon): return false
    case (.dot, _), (_, .dot), (.question, _), (_, .question), (.power, _), (_, .power):
      return false
    // `1...5` would be right too, but nobody reads it.
    case (.range, _): return right.text.hasPrefix(".")
    case (_, .range): return false
    case (.minus, _) where signs.contains(left.offset): return false
    case (.assign, _), (_, .assign): return isBinding
    case (nil, .openParenthesis): return !touches(left, right)
    default: return true
    }
  }

  /// Whether a parenthesis belongs to the name before it.
  private func touches(_ left: LayoutPiece, _ right: LayoutPiece) -> Bool {
    guard let name = left.name, right.token?.followsBlank == false else { return false }
    return name == "sweep" || name == "figure" || !Parser.keywords.contains(name)
  }
}
