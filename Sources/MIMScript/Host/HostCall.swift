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
  /// `seed=` if given, else what all calls have in common that no loop or sweep tells apart: for what must not depend on a name.
  public let sharedSeed: UInt64
  /// The text of the whole statement, for recipes and provenance.
  public let statement: String
  /// The variables that exist, for a verb that reads them (`HostFunction.readsVariables`); else none.
  public let variables: [String: Value]
  /// Progress, interruption, settings, output.
  public let host: any HostContext

  package init(
    verb: String, positional: [Value], options: [String: Value], given: Set<String>, span: Span,
    argumentSpans: [String: Span], target: String?, seed: UInt64, sharedSeed: UInt64? = nil,
    statement: String, variables: [String: Value] = [:], host: any HostContext
  ) {
    self.verb = verb
    self.positional = positional
    self.options = options
    self.given = given
    self.span = span
    self.argumentSpans = argumentSpans
    self.target = target
    self.seed = seed
    self.sharedSeed = sharedSeed ?? seed
    self.statement = statement
    self.variables = variables
    self.host = host
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
