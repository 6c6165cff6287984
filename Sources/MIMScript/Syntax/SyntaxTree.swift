/// A parsed text: what one prompt entry, file or notebook cell holds.
public struct Program: Sendable {
  /// The statements in order.
  public var statements: [Statement]

  package init(statements: [Statement] = []) {
    self.statements = statements
  }
}

/// A name as it was written, with its place.
public struct Name: Hashable, Sendable {
  /// The name.
  public let text: String
  /// Its position.
  public let span: Span

  package init(_ text: String, at span: Span) {
    self.text = text
    self.span = span
  }
}

/// One statement.
public struct Statement: Sendable {
  /// What kinds of statement there are.
  public indirect enum Kind: Sendable {
    /// `param name = default in domain`.
    case parameter(Name, initial: Expression, domain: Expression?)
    /// `for name in values { … }`.
    case loop(Name, values: Expression, body: [Statement])
    /// `if condition { … } else { … }`; `else if` is an `otherwise` of one statement.
    case conditional(Expression, then: [Statement], otherwise: [Statement]?)
    /// `time statement`.
    case timed(Statement)
    /// `name = expression`, or a bare expression.
    case evaluate(target: Name?, Expression)
  }

  /// What it is.
  public let kind: Kind
  /// From its first to its last character.
  public let span: Span
  /// Ended by `;`: its value is not shown.
  public var isHidden: Bool

  package init(_ kind: Kind, at span: Span, isHidden: Bool = false) {
    self.kind = kind
    self.span = span
    self.isHidden = isHidden
  }
}

/// One expression; commands and calls give the same tree.
public struct Expression: Sendable {
  /// What kinds of expression there are.
  public indirect enum Kind: Sendable {
    case none
    case bool(Bool)
    case number(Double)
    case string(String)
    case name(String)
    case field(Expression, Name)
    case call(Call)
    case list([Expression])
    /// `( … )`: never a bare word or column, always an expression.
    case group(Expression)
    case range(first: Expression, last: Expression, step: Expression?)
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    case sweep(Sweep)
    case figure(FigureBlock)
    /// Stands where an error was reported, so that checking can continue.
    case invalid
  }

  /// What it is.
  public let kind: Kind
  /// Its position.
  public let span: Span

  package init(_ kind: Kind, at span: Span) {
    self.kind = kind
    self.span = span
  }
}

/// `-x`, `not x`.
public enum UnaryOperator: String, Sendable {
  case negate = "-"
  case not
}

/// Operators with two operands.
public enum BinaryOperator: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case power = "^"
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case and
  case or
}

/// `verb things option=value` or `verb(things, option=value)`.
public struct Call: Sendable {
  /// The verb or word.
  public let verb: Name
  /// Its arguments in the order written.
  public let arguments: [Argument]

  package init(_ verb: Name, _ arguments: [Argument]) {
    self.verb = verb
    self.arguments = arguments
  }
}

/// One argument of a call.
public struct Argument: Sendable {
  /// The option's name; nil for a positional argument.
  public let name: Name?
  /// Its value.
  public let value: Expression

  package init(name: Name? = nil, value: Expression) {
    self.name = name
    self.value = value
  }
}

/// `sweep(options) axis=values … { body }`.
public struct Sweep: Sendable {
  /// The word `sweep` with its place.
  public let keyword: Name
  /// What stands in its parentheses: `jobs=2`.
  public let options: [Argument]
  /// The axes in the order written; the last one varies fastest.
  public let axes: [Argument]
  /// The statements of one row.
  public let body: [Statement]
}

/// `figure options { body }`.
public struct FigureBlock: Sendable {
  /// The word `figure` with its place.
  public let keyword: Name
  /// Its options, in parentheses or not.
  public let options: [Argument]
  /// The statements whose shown pictures become the panels.
  public let body: [Statement]
}
