/// A verb of the language, supplied by the session. Help, option checking, completion and the
/// reference page are all made from a table of these.
public struct HostFunction: Sendable {
  /// The group under which `help` lists it.
  public enum Group: String, Sendable, CaseIterable {
    case data, model, look, make, measure, session
  }

  /// The verb: `train`.
  public let name: String
  /// Where `help` lists it.
  public let group: Group
  /// One line that says what it does.
  public let summary: String
  /// The positional parameters, in order.
  public let positional: [Parameter]
  /// The options.
  public let options: [Parameter]
  /// The result in words: "a trained model; the old one is unchanged".
  public let result: String
  /// Further sentences for `help VERB`.
  public let details: [String]
  /// One line that runs.
  public let example: String
  /// Names of related verbs and topics.
  public let seeAlso: [String]
  /// Whether it draws random numbers: it then has a `seed` option and its own stream.
  public let isRandom: Bool
  /// What can be known about its result from text and file headers alone, before anything runs; it
  /// may throw a `.check` error (a shape mismatch). Nil: only `resultType` is known.
  public let infer: (@Sendable (StaticCall) throws -> StaticValue)?
  /// The type of its result as `HostObject.typeName` gives it, for checks before the run.
  public let resultType: String?
  /// Does the work. Arguments arrive checked: known names, right types, defaults filled in.
  public let run: @Sendable (HostCall) throws -> Value

  /// `example` must run as it stands; arguments reach `run` checked against `positional` and `options`.
  public init(
    _ name: String, group: Group, summary: String, positional: [Parameter] = [],
    options: [Parameter] = [], result: String, resultType: String? = nil,
    details: [String] = [], example: String, seeAlso: [String] = [], isRandom: Bool = false,
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
    self.isRandom = isRandom
    self.infer = infer
    self.run = run
  }
}

/// One positional argument or option of a verb or of a word: name, type, default, one doc line.
public struct Parameter: Sendable {
  /// The name: `epochs`.
  public let name: String
  /// The values that it accepts.
  public let type: ParameterType
  /// The value when it is left out; nil: it must be given (positional) or is absent (option).
  public let defaultValue: Value?
  /// How help shows the default when that is not a plain value: "warmup", "auto".
  public let defaultText: String?
  /// One line for help.
  public let doc: String
  /// The last positional parameter may repeat.
  public let repeats: Bool
  /// A positional argument that may be left out without a default.
  public let isOptional: Bool
  /// Known by name and accepted by the checks, but not offered by help and completion. Its verb
  /// rejects it with its own message (it is for a later version, or not supported on purpose).
  public let isHidden: Bool

  /// Without a default a positional argument must be given, unless it `isOptional`, and an option that is
  /// not written is absent from the call.
  public init(
    _ name: String, _ type: ParameterType, default defaultValue: Value? = nil,
    defaultText: String? = nil, repeats: Bool = false, isOptional: Bool = false,
    hidden isHidden: Bool = false, _ doc: String
  ) {
    self.name = name
    self.type = type
    self.defaultValue = defaultValue
    self.defaultText = defaultText
    self.repeats = repeats
    self.isOptional = isOptional
    self.isHidden = isHidden
    self.doc = doc
  }
}

extension [Parameter] {
  /// Those that help, completion and suggestions show.
  public var offered: [Parameter] { filter { !$0.isHidden } }
}

/// What a parameter accepts.
public indirect enum ParameterType: Sendable {
  /// A number in a range (both ends belong).
  case number(ClosedRange<Double>)
  /// A whole number in a range.
  case integer(ClosedRange<Int>)
  case bool
  case string
  /// A file name; completed from the disk.
  case path
  /// A bare word or word call from a list, else an expression giving such a word or a string.
  case word([WordSpec])
  /// A bare column name of a table, or of a list of column names.
  case column
  /// An expression over columns, evaluated once a row: `where=(mi > 6)`.
  case rowCondition
  /// A list, or a single element standing for a list of one.
  case list(ParameterType)
  case range
  /// A host object of one of these types (`HostObject.typeName`).
  case object([String])
  case table
  /// `none` or the type.
  case optional(ParameterType)
  /// The first alternative that accepts it.
  case any(of: [ParameterType])
  /// Anything at all.
  case anything
}

/// A word that a word place accepts, with the parameters of its call form.
public struct WordSpec: Sendable {
  /// The word: `vampprior`.
  public let name: String
  /// Parameters when written as a call; `mlp(300, 300)` has one that repeats.
  public let parameters: [Parameter]
  /// One line for help.
  public let doc: String
  /// As `Parameter.isHidden`.
  public let isHidden: Bool

  /// With `parameters` it is written as a call, unless all of them may be left out.
  public init(
    _ name: String, parameters: [Parameter] = [], hidden isHidden: Bool = false, _ doc: String
  ) {
    self.name = name
    self.parameters = parameters
    self.isHidden = isHidden
    self.doc = doc
  }
}

/// A call as a verb's closure receives it: checked arguments, the random seed and the host.
public struct HostCall: Sendable {
  /// The verb.
  public let verb: String
  /// Positional arguments in order; optional ones may be missing at the end.
  public let positional: [Value]
  /// Options by name, defaults filled in; an option without default that was not given is absent.
  public let options: [String: Value]
  /// The options that the user wrote.
  public let given: Set<String>
  /// The position of the whole call.
  public let span: Span
  /// The position of each argument: `positional[i]` under "#i", options under their name.
  public let argumentSpans: [String: Span]
  /// The name this statement binds, if any.
  public let target: String?
  /// The seed of this call: `seed=` if given, else derived from session seed, cell label, target
  /// name and enclosing loop values (rule 6 of the language).
  public let seed: UInt64
  /// The text of the whole statement, for recipes and provenance.
  public let statement: String
  /// Progress, interruption, settings, output.
  public let host: any HostContext

  package init(
    verb: String, positional: [Value], options: [String: Value], given: Set<String>, span: Span,
    argumentSpans: [String: Span], target: String?, seed: UInt64, statement: String,
    host: any HostContext
  ) {
    self.verb = verb
    self.positional = positional
    self.options = options
    self.given = given
    self.span = span
    self.argumentSpans = argumentSpans
    self.target = target
    self.seed = seed
    self.statement = statement
    self.host = host
  }
}

/// What the interpreter and the verbs need from their environment; the session implements it.
public protocol HostContext: AnyObject, Sendable {
  /// True once the user has requested a stop (Ctrl-C, SIGTERM, a time-out).
  var isInterrupted: Bool { get }
  /// True once this process received a request to stop, even if the other processes that run the same
  /// statements do not know yet: for work that ends in all processes together.
  var wantsStop: Bool { get }
  /// Synchronises processes that run the same statements, including their requests to stop. Called
  /// between statements; throws if another process failed.
  func meetRanks() throws
  /// The underlying host of a wrapper such as the collector of a figure's panels;
  /// itself otherwise.
  var base: any HostContext { get }
  /// Reports how far long work has come.
  func progress(_ update: ProgressUpdate)
  /// A line for the user in addition to the results: a warning, or a summary of long work.
  func message(_ text: String)
  /// A value to show: a bare expression, `show`, a figure.
  func show(_ value: Value, statement: String)

  /// The default number of sweep rows that run at the same time.
  var jobs: Int { get }
  /// Inside a sweep: the threads that the row's work may use; nil elsewhere.
  var rowThreads: Int? { get }
  /// Inside `sweep(plan=true)`: collects the cost of work, which is then not done.
  var planner: (any WorkPlanner)? { get }
  /// Runs `work` on `count` new threads at once, and waits for all of them.
  func onThreads(_ count: Int, _ work: @escaping @Sendable () -> Void)
  /// The store for the rows of a sweep; nil: rows are not stored.
  func keeper(for sweep: SweepIdentity) throws -> (any RowKeeper)?
  /// The processes among which the rows of a sweep are distributed; nil: there is only this one.
  func sharing(of sweep: SweepIdentity) throws -> (any RowSharing)?
  /// Receives what a verb produced besides its value; a sweep stores it with the row.
  func record(_ record: WorkRecord)
}

extension HostContext {
  /// By default, the same as `isInterrupted`.
  public var wantsStop: Bool { isInterrupted }
  /// By default does nothing: there is only one process.
  public func meetRanks() throws {}
  /// By default, the host itself.
  public var base: any HostContext { self }
  /// By default, one row at a time.
  public var jobs: Int { 1 }
  /// By default nil: outside a sweep.
  public var rowThreads: Int? { nil }
  /// By default nil: work is done, not planned.
  public var planner: (any WorkPlanner)? { nil }
  /// By default runs `work` once, on this thread.
  public func onThreads(_ count: Int, _ work: @escaping @Sendable () -> Void) { work() }
  /// By default nil: rows are not stored.
  public func keeper(for sweep: SweepIdentity) throws -> (any RowKeeper)? { nil }
  /// By default nil: there is only this process.
  public func sharing(of sweep: SweepIdentity) throws -> (any RowSharing)? { nil }
  /// By default ignores the record.
  public func record(_ record: WorkRecord) {}
}

/// How far long work has come.
public struct ProgressUpdate: Sendable {
  /// What is being done: `train a · mim z=2`.
  public var title: String
  /// Steps done.
  public var done: Double
  /// Steps in all, if known.
  public var total: Double?
  /// What to print beside the bar: `loss 84.1  val 85.0 (best 84.9 @131, patience 6/50)`.
  public var detail: String
  /// True when the work is over: the line ends with `detail` as its summary.
  public var isFinished: Bool
  /// The remaining seconds, if the work knows them better than the rate of its steps does.
  public var remaining: Double?

  /// `total` is nil where nobody knows how many steps there will be.
  public init(
    title: String, done: Double, total: Double?, detail: String, isFinished: Bool = false,
    remaining: Double? = nil
  ) {
    self.remaining = remaining
    self.title = title
    self.done = done
    self.total = total
    self.detail = detail
    self.isFinished = isFinished
  }
}

/// A call as the checker sees it before anything runs: what is known of each argument.
public struct StaticCall: Sendable {
  /// Positional arguments, as far as known.
  public let positional: [StaticValue]
  /// Options the user wrote, as far as known.
  public let options: [String: StaticValue]
  /// The position of the whole call.
  public let span: Span
  /// The position of each argument, as in `HostCall`.
  public let argumentSpans: [String: Span]

  package init(
    positional: [StaticValue], options: [String: StaticValue], span: Span,
    argumentSpans: [String: Span]
  ) {
    self.positional = positional
    self.options = options
    self.span = span
    self.argumentSpans = argumentSpans
  }
}

/// What is known of a value before anything runs.
public enum StaticValue: Sendable {
  /// Nothing.
  case unknown
  /// The value itself: a literal, or arithmetic on literals.
  case known(Value)
  /// A host object of this type, with facts its verb's `infer` made: `["width": 784]`.
  case object(type: String, facts: [String: Value])
}
