/// One choice of which a model is made: an objective, a posterior, a prior, a q(x), a likelihood or a network. A component is one
/// public type in one file. It says its word, its arguments and what it is; help, completion, checking, the reference page, the text of
/// `show` and model files are made from that, and from its line in `Catalog`.
public protocol Component: Sendable {
  /// The word for it in scripts and files, `gmm`.
  static var word: String { get }
  /// What it is, in a line.
  static var summary: String { get }
  /// What it takes, in the order in which it is written: `gmm(K)`.
  static var arguments: [ComponentArgument] { get }
  /// The names of the losses that it adds (`ExtraLoss`): columns of the history beside those that every model has.
  static var extraLossNames: [String] { get }

  /// What it is as a method of the literature, for the table of methods; nil: no row.
  static var method: MethodNote? { get }

  /// The values of its arguments.
  var values: ArgumentValues { get }

  /// Makes it with values for all arguments, which were checked against them.
  init(_ values: ArgumentValues)
}

extension Component {
  /// None.
  public static var arguments: [ComponentArgument] { [] }
  /// None.
  public static var extraLossNames: [String] { [] }

  /// Nil.
  public static var method: MethodNote? { nil }

  /// As it is written: `gmm(3)`.
  public var text: String { ComponentText.text(Self.word, values, Self.arguments) }
}

/// An argument of a component.
public struct ComponentArgument: Sendable {
  /// Its name, `K`.
  public let name: String
  /// What it can be.
  public let type: ArgumentType
  /// What stands for it where it isn't given; nil: it must be given.
  public let usual: ArgumentValue?
  /// What it is, in a line.
  public let summary: String
  /// Whether its name is written with it: `layers=8`.
  public let isNamed: Bool

  /// Makes a description.
  public init(
    _ name: String, _ type: ArgumentType, usual: ArgumentValue? = nil, isNamed: Bool = false,
    _ summary: String
  ) {
    self.name = name
    self.type = type
    self.usual = usual
    self.isNamed = isNamed
    self.summary = summary
  }
}

/// What an argument can be.
public indirect enum ArgumentType: Sendable {
  /// A whole number.
  case integer(ClosedRange<Int>)
  /// A number.
  case number(ClosedRange<Double>)
  /// So many whole numbers, `mlp(300, 300)`.
  case integers(ClosedRange<Int>, count: ClosedRange<Int>)
  /// One of these words.
  case word([ArgumentWord])
  /// Training items, which a script names and a file remembers as `data`; or one of these words.
  case trainingItems(or: [ArgumentWord])
}

/// A word that an argument can be, with arguments of its own: `normal(0.05, 0.01)`.
public struct ArgumentWord: Sendable {
  /// The word.
  public let name: String
  /// What it takes.
  public let arguments: [ComponentArgument]
  /// What it means, in a line.
  public let summary: String

  /// Makes a description.
  public init(_ name: String, _ arguments: [ComponentArgument] = [], _ summary: String) {
    self.name = name
    self.arguments = arguments
    self.summary = summary
  }

  /// Training items.
  static let trainingItems = ArgumentWord("data", [], "training items")
}
