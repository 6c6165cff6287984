/// The value of an argument.
public indirect enum ArgumentValue: Sendable, Hashable {
  /// A whole number.
  case integer(Int)
  /// A number.
  case number(Double)
  /// Whole numbers.
  case integers([Int])
  /// A word with arguments of its own.
  case word(String, ArgumentValues)
}

/// The values of a component's arguments by their names.
public struct ArgumentValues: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  /// By name.
  public var values: [String: ArgumentValue]

  /// Makes values by name.
  public init(_ values: [String: ArgumentValue] = [:]) { self.values = values }

  /// `["K": .integer(3)]`
  public init(dictionaryLiteral elements: (String, ArgumentValue)...) {
    values = Dictionary(elements) { _, last in last }
  }

  /// A whole number. Precondition, as for the others: the component declares such an argument; then it has a value.
  public func integer(_ name: String) -> Int {
    guard case .integer(let value) = values[name] else { missing(name, "a whole number") }
    return value
  }

  /// A number.
  public func number(_ name: String) -> Double {
    switch values[name] {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: missing(name, "a number")
    }
  }

  /// Whole numbers.
  public func integers(_ name: String) -> [Int] {
    guard case .integers(let values) = values[name] else { missing(name, "whole numbers") }
    return values
  }

  /// A word and its own arguments.
  public func word(_ name: String) -> (name: String, values: ArgumentValues) {
    guard case .word(let word, let own) = values[name] else { missing(name, "a word") }
    return (word, own)
  }

  private func missing(_ name: String, _ kind: String) -> Never {
    preconditionFailure("the component declares no argument \(name) that is \(kind)")
  }
}

/// Why arguments can't be used.
public struct ArgumentProblem: Error, CustomStringConvertible {
  /// A sentence without its subject: `K takes a whole number from 1 to 1000, not 0`.
  public let description: String
}

extension ArgumentValues {
  /// The same with usual values for what isn't given. Throws `ArgumentProblem` for unknown names, missing values, and values of
  /// another kind or out of range.
  public func checked(against arguments: [ComponentArgument]) throws -> ArgumentValues {
    if let stranger = values.keys.sorted().first(where: { name in
      !arguments.contains { $0.name == name }
    }) {
      let known = arguments.map(\.name).joined(separator: ", ")
      throw ArgumentProblem(
        description: "there is no argument \(stranger)"
          + (known.isEmpty ? "" : "; there is \(known)"))
    }
    var checked = ArgumentValues()
    for argument in arguments {
      guard let value = values[argument.name] ?? argument.usual else {
        throw ArgumentProblem(description: "\(argument.name) is missing: \(argument.summary)")
      }
      checked.values[argument.name] = try argument.checked(value)
    }
    return checked
  }
}

extension ComponentArgument {
  fileprivate func checked(_ value: ArgumentValue) throws -> ArgumentValue {
    switch (type, value) {
    case (.integer(let range), .integer(let number)):
      try require(range.contains(number), value)
    case (.number(let range), .integer(let number)):
      try require(range.contains(Double(number)), value)
      return .number(Double(number))
    case (.number(let range), .number(let number)):
      try require(range.contains(number), value)
    case (.integers(let range, let count), .integers(let numbers)):
      try require(count.contains(numbers.count) && numbers.allSatisfy(range.contains), value)
    case (.word(let words), .word(let name, let own)):
      return try checked(name, own, words)
    case (.trainingItems(let words), .word(let name, let own)):
      return try checked(name, own, words + [.trainingItems])
    default: try require(false, value)
    }
    return value
  }

  private func checked(
    _ name: String, _ values: ArgumentValues, _ words: [ArgumentWord]
  ) throws -> ArgumentValue {
    guard let word = words.first(where: { $0.name == name }) else {
      throw ArgumentProblem(
        description: "\(self.name) takes "
          + words.map(\.name).joined(separator: " or ") + ", not \(name)")
    }
    return .word(name, try values.checked(against: word.arguments))
  }

  private func require(_ condition: Bool, _ value: ArgumentValue) throws {
    guard !condition else { return }
    throw ArgumentProblem(
      description: "\(name) takes \(type.sentence), not \(ComponentText.text(value))")
  }
}

extension ArgumentType {
  /// `a whole number from 1 to 1000`
  var sentence: String {
    switch self {
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range):
      "a number from \(ComponentText.text(range.lowerBound)) to "
        + ComponentText.text(range.upperBound)
    case .integers(let range, let count):
      "at most \(count.upperBound) whole numbers from \(range.lowerBound) to \(range.upperBound)"
    case .word(let words): words.map(\.name).joined(separator: " or ")
    case .trainingItems(let words):
      (["training items"] + words.map(\.name)).joined(separator: " or ")
    }
  }
}
