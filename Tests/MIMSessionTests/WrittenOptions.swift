import MIMScript
import MIMSession

/// The options, positional parameters of words, and verbs that a text writes down: `train.epochs`,
/// `mi.k`, `train`.
struct WrittenOptions {
  private(set) var names: Set<String> = []
  /// What does not parse: a text with mistakes counts for nothing.
  let errors: [String]

  init(_ text: String) {
    let parsed = Parser.parse(
      Source(name: "written", text: text), vocabulary: builtinTable.vocabulary)
    errors = parsed.errors.map { Diagnostics.render($0) }
    for statement in parsed.program.statements { visit(statement) }
  }

  /// Every name that a text could write: all verbs with their options, all words with their
  /// parameters, but for the hidden ones, which are there to be refused.
  static var all: Set<String> {
    var all: Set<String> = []
    for verb in builtinTable.functions {
      all.insert(verb.name)
      for option in verb.options.offered { all.insert("\(verb.name).\(option.name)") }
    }
    for word in builtinTable.allWords where !word.isHidden {
      for parameter in word.parameters.offered { all.insert("\(word.name).\(parameter.name)") }
    }
    return all
  }

  private mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .parameter(_, let initial, let domain): [initial, domain].forEach { visit($0) }
    case .loop(_, let values, let body):
      visit(values)
      body.forEach { visit($0) }
    case .conditional(let condition, let then, let otherwise):
      visit(condition)
      (then + (otherwise ?? [])).forEach { visit($0) }
    case .timed(let inner): visit(inner)
    case .evaluate(_, let expression): visit(expression)
    }
  }

  private mutating func visit(_ expression: Expression?) {
    switch expression?.kind {
    case .field(let inner, _), .group(let inner), .unary(_, let inner): visit(inner)
    case .list(let elements): elements.forEach { visit($0) }
    case .range(let first, let last, let step): [first, last, step].forEach { visit($0) }
    case .binary(_, let left, let right): [left, right].forEach { visit($0) }
    case .call(let call): visit(call.verb, call.arguments)
    case .sweep(let sweep):
      visit(sweep.keyword, sweep.options)
      sweep.axes.forEach { visit($0.value) }
      sweep.body.forEach { visit($0) }
    case .figure(let figure):
      visit(figure.keyword, figure.options)
      figure.body.forEach { visit($0) }
    default: break
    }
  }

  private mutating func visit(_ name: Name, _ arguments: [Argument]) {
    let isVerb = builtinTable[name.text] != nil
    if isVerb { names.insert(name.text) }
    let parameters =
      isVerb ? [] : builtinTable.allWords.first { $0.name == name.text }?.parameters ?? []
    for (position, argument) in arguments.enumerated() {
      if let option = argument.name {
        names.insert("\(name.text).\(option.text)")
      } else if let parameter = parameters.dropFirst(position).first ?? parameters.last {
        names.insert("\(name.text).\(parameter.name)")
      }
      visit(argument.value)
    }
  }
}
