/// The verbs of the language, by name. Checking, running, help, completion and the reference page
/// all read this one table.
public struct HostTable: Sendable {
  /// All verbs in the order given, the language's own (`sweep`) last when it was not among them.
  public let functions: [HostFunction]
  /// Further pages of `help`: `help priors`.
  public let topics: [HelpTopic]
  /// The kinds of objects with their fields.
  public let objects: [ObjectKind]
  private let index: [String: Int]

  /// Random verbs without a `seed` option get one; `sweep` is added when missing.
  /// Precondition: no two functions share a name.
  public init(
    _ functions: [HostFunction], topics: [HelpTopic] = [], objects: [ObjectKind] = []
  ) {
    var all = functions.map { $0.withSeedOption }
    if !all.contains(where: { $0.name == "sweep" }) { all.append(.sweep) }
    self.functions = all
    self.topics = topics
    self.objects = objects
    index = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1.name, $0) })
  }

  /// The verb of that name.
  public subscript(name: String) -> HostFunction? {
    index[name].map { functions[$0] }
  }

  /// What the parser must know to read commands.
  public var vocabulary: Vocabulary {
    Vocabulary(
      verbs: Set(functions.filter { !$0.isCallOnly }.map(\.name)),
      functions: Set(functions.filter(\.isCallOnly).map(\.name)),
      callableWords: Set(allWords.filter { !$0.parameters.isEmpty }.map(\.name)))
  }

  /// Every word that some word place accepts, once.
  public var allWords: [WordSpec] {
    var seen: Set<String> = []
    return functions.flatMap { $0.positional + $0.options }
      .flatMap { $0.type.words }
      .filter { seen.insert($0.name).inserted }
  }
}

/// A page of `help` that is not a verb: `help priors`.
public struct HelpTopic: Sendable {
  /// Its name.
  public let name: String
  /// One line for the overview.
  public let summary: String
  /// The page.
  public let lines: [String]

  /// `summary` stands in lists of pages, `lines` are printed as they are.
  public init(_ name: String, summary: String, lines: [String]) {
    self.name = name
    self.summary = summary
    self.lines = lines
  }
}

/// The names that the parser must know: verbs stand at the start of commands, words that take
/// arguments must touch their parenthesis.
public struct Vocabulary: Sendable {
  /// The verbs.
  public let verbs: Set<String>
  /// Verbs that are only written as calls: `mean`.
  public let functions: Set<String>
  /// Words with a call form: `mlp`, `nll`.
  public let callableWords: Set<String>

  package init(
    verbs: Set<String>, functions: Set<String> = [], callableWords: Set<String> = []
  ) {
    self.verbs = verbs
    self.functions = functions
    self.callableWords = callableWords
  }
}

extension ParameterType {
  /// The words this type accepts, also inside lists and alternatives.
  public var words: [WordSpec] {
    switch self {
    case .word(let words): words
    case .list(let element): element.words
    case .optional(let wrapped): wrapped.words
    case .any(let alternatives): alternatives.flatMap(\.words)
    default: []
    }
  }

  /// The words that help, completion and suggestions show.
  public var offeredWords: [WordSpec] { words.filter { !$0.isHidden } }

  /// Whether `none` is allowed here.
  var acceptsNone: Bool {
    if case .optional = self { true } else { false }
  }

  /// Whether a bare column name is allowed here.
  var acceptsColumn: Bool {
    switch self {
    case .column: true
    case .list(let element): element.acceptsColumn
    case .optional(let wrapped): wrapped.acceptsColumn
    case .any(let alternatives): alternatives.contains(where: \.acceptsColumn)
    default: false
    }
  }

  /// Whether any value may stand here: a name that has one then comes before a word.
  var acceptsAnything: Bool {
    switch self {
    case .anything: true
    case .any(let alternatives): alternatives.contains(where: \.acceptsAnything)
    default: false
    }
  }

  /// Whether a condition over columns is allowed here.
  var acceptsRowCondition: Bool {
    switch self {
    case .rowCondition: true
    case .optional(let wrapped): wrapped.acceptsRowCondition
    case .any(let alternatives): alternatives.contains(where: \.acceptsRowCondition)
    default: false
    }
  }

  /// Whether a file name is allowed here.
  public var acceptsPath: Bool {
    switch self {
    case .path: true
    case .list(let element): element.acceptsPath
    case .optional(let wrapped): wrapped.acceptsPath
    case .any(let alternatives): alternatives.contains(where: \.acceptsPath)
    default: false
    }
  }

  /// The type of one element where a list is written, nil if no list is allowed here.
  var elementType: ParameterType? {
    switch self {
    case .list(let element): return element
    case .optional(let wrapped): return wrapped.elementType
    case .any(let alternatives):
      let elements = alternatives.compactMap(\.elementType)
      return elements.isEmpty ? nil : elements.count == 1 ? elements[0] : .any(of: elements)
    default: return nil
    }
  }
}
