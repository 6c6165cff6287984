/// A verb of the language, supplied by the session. Help, option checking, completion and the
/// reference page are all made from a table of these.
public struct HostFunction: Sendable {
  /// The group under which `help` lists it.
  public enum Group: String, Sendable, CaseIterable {
    case data, model, look, make, measure, compute, session
  }

  /// What a result depends on beside the arguments, the seed and the files that are read: what must be the same before a kept
  /// result may be used again.
  public struct Dependencies: OptionSet, Sendable {
    /// The bits of the set.
    public let rawValue: Int

    /// A set by its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The last digits depend on the instruction set, and on the algorithm that `set conv=` chooses.
    public static let processor = Dependencies(rawValue: 1)
    /// The last digits depend on the number of threads.
    public static let threads = Dependencies(rawValue: 2)
    /// More than anybody knows, or the verb changes the session: it always runs, and nothing of it is kept.
    public static let session = Dependencies(rawValue: 4)
  }

  /// The verb: `train`.
  public let name: String
  /// Where `help` lists it.
  public let group: Group
  /// One line that says what it does.
  public let summary: String
  /// Whether it is only written as a call, `mean(x)`: its name stays free for variables.
  public var isCallOnly: Bool { group == .compute }
  /// The positional parameters, in order.
  public let positional: [Parameter]
  /// The options.
  public private(set) var options: [Parameter]
  /// The result in words: "a trained model; the old one is unchanged".
  public let result: String
  /// Further sentences for `help VERB`.
  public let details: [String]
  /// One line that runs.
  public let example: String
  /// Names of related verbs and topics.
  public let seeAlso: [String]
  /// Words of other programs under which people look for it: `groupby`. `help` finds it by them.
  public let keywords: [String]
  /// Whether it draws random numbers: it then has a `seed` option and its own stream.
  public let isRandom: Bool
  /// Whether it receives the variables that exist (`HostCall.variables`).
  public let readsVariables: Bool
  /// What its result depends on beside its arguments; by default on processor and threads, which is always right.
  public let depends: Dependencies
  /// What can be known about its result from text and file headers alone, before anything runs; it
  /// may throw a `.check` error (a shape mismatch). Nil: only `resultType` is known.
  public let infer: (@Sendable (StaticCall) throws -> StaticValue)?
  /// The type of its result as `HostObject.typeName` gives it, for checks before the run.
  public let resultType: String?
  /// Does the work. Arguments arrive checked: known names, right types, defaults filled in.
  public private(set) var run: @Sendable (HostCall) throws -> Value

  /// `example` must run as it stands; arguments reach `run` checked against `positional` and `options`.
  public init(
    _ name: String, group: Group, summary: String, positional: [Parameter] = [],
    options: [Parameter] = [], result: String, resultType: String? = nil,
    details: [String] = [], example: String, seeAlso: [String] = [],
    keywords: [String] = [], isRandom: Bool = false,
    depends: Dependencies = [.processor, .threads], readsVariables: Bool = false,
    infer: (@Sendable (StaticCall) throws -> StaticValue)? = nil,
    run: @escaping @Sendable (HostCall) throws -> Value
  ) {
    self.name = name
    self.group = group
    self.summary = summary
    self.positional = positional
    self.options = options
    self.result = result
    self.resultType = resultType
    self.details = details
    self.example = example
    self.seeAlso = seeAlso
    self.keywords = keywords
    self.isRandom = isRandom
    self.readsVariables = readsVariables
    self.depends = depends
    self.infer = infer
    self.run = run
  }

  /// The same verb with other options.
  func with(options: [Parameter]) -> HostFunction {
    var copy = self
    copy.options = options
    return copy
  }

  /// The same verb, which does its work otherwise.
  public func with(run: @escaping @Sendable (HostCall) throws -> Value) -> HostFunction {
    var copy = self
    copy.run = run
    return copy
  }
}
