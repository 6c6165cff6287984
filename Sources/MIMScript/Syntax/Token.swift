/// One word, number, text or sign of the program text.
struct Token: Sendable {
  /// What it is.
  enum Kind: Equatable, Sendable {
    /// A name, keyword or verb; the parser tells them apart by their place.
    case name(String)
    case number(Double)
    case string(String)
    case symbol(Symbol)
    /// The end of a line outside parentheses and brackets.
    case newline
    case end
    /// Something already reported.
    case invalid
  }

  let kind: Kind
  /// UTF-8 offsets in the source.
  let range: Range<Int>
  /// Whether a blank, a newline or a comment stands before it.
  let followsBlank: Bool
}

/// The signs of the language.
enum Symbol: String, Sendable {
  case openParenthesis = "("
  case closeParenthesis = ")"
  case openBracket = "["
  case closeBracket = "]"
  case openBrace = "{"
  case closeBrace = "}"
  case comma = ","
  case semicolon = ";"
  case assign = "="
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case plus = "+"
  case minus = "-"
  case times = "*"
  case divide = "/"
  case power = "^"
  case dot = "."
  case range = ".."
  case question = "?"

  /// The sign that closes this one.
  var closing: Symbol? {
    switch self {
    case .openParenthesis: .closeParenthesis
    case .openBracket: .closeBracket
    case .openBrace: .closeBrace
    default: nil
    }
  }

  var isClosing: Bool {
    self == .closeParenthesis || self == .closeBracket || self == .closeBrace
  }

  /// The operator it stands for between two operands.
  var binaryOperator: BinaryOperator? {
    switch self {
    case .plus: .add
    case .minus: .subtract
    case .times: .multiply
    case .divide: .divide
    case .power: .power
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    default: nil
    }
  }
}
